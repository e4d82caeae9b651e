/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as what a host sends: an operation, or after a first byte that is
 * odd, transfers. No message is longer than it may be or takes bytes that are
 * not there, and what is broken stays so when more follows.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/usbip.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static enum usbip_reading
read_one(bool transfers, const uint8_t *p, size_t n,
    struct usbip_request *r, size_t *used)
{
	enum usbip_reading reading;
	const char *why = NULL;

	reading = transfers ? usbip_read_transfer(p, n, r, used, &why) :
	    usbip_read_operation(p, n, r, used, &why);
	must((reading == USBIP_BROKEN) == (why != NULL));
	return (reading);
}

static void
check(bool transfers, const uint8_t *p, size_t n,
    const struct usbip_request *r, size_t used)
{
	struct usbip_request again;
	size_t same = 0;

	must(used > 0 && used <= n && used <= USBIP_MESSAGE_MAX);
	must(memchr(r->busid, '\0', sizeof r->busid) != NULL);
	must((r->kind == USBIP_SUBMIT || r->kind == USBIP_UNLINK) ==
	    transfers);
	must(r->data == NULL || (!r->in && r->data + r->length == p + used));
	must(r->endpoint <= 15 && r->length <= USBIP_DATA_MAX);
	/* The same without what follows, and no message with less. */
	must(read_one(transfers, p, used, &again, &same) == USBIP_WHOLE &&
	    same == used);
	must(read_one(transfers, p, used - 1, &again, &same) == USBIP_PART);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct usbip_request r;
	enum usbip_reading reading;
	bool transfers;
	size_t used = 0;

	if (n == 0)
		return (0);
	transfers = (p[0] & 1) != 0;
	for (p++, n--; n != 0; p += used, n -= used) {
		reading = read_one(transfers, p, n, &r, &used);
		if (reading == USBIP_PART)
			must(n < USBIP_MESSAGE_MAX);
		if (reading != USBIP_WHOLE)
			break;
		check(transfers, p, n, &r, used);
	}
	return (0);
}
