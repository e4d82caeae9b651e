/* SPDX-License-Identifier: ISC */
/* Any record of the kernel's log: what comes out is a place, and text. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "transport/usb_kmsg.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct usb_kmsg k;

	if (!usb_kmsg_parse(p, n, &k))
		return (0);
	must(memchr(k.place, '\0', sizeof(k.place)) != NULL);
	must(memchr(k.words, '\0', sizeof(k.words)) != NULL);
	must(k.place[0] >= '0' && k.place[0] <= '9');
	must(strchr(k.place, '-') != NULL && strchr(k.place, '/') == NULL);
	must(strncmp(k.words, "usb ", 4) == 0);
	return (0);
}
