/* SPDX-License-Identifier: ISC */
#include "transport/transport.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "device/sim.h"
#include "dfu/meaning.h"

/* In the order in which an unknown target is told of them. */
static const struct transport_ops *const transports[] = {
	&transport_usb,
	&transport_usbmon,
	&transport_sim,
	&transport_replay,
	&transport_recording,
};
#define NTRANSPORTS	(sizeof(transports) / sizeof(transports[0]))

static bool
same(const char *p, const char *end, enum dfu_dialect d)
{
	const char *name = dfu_dialect_name(d);

	return (strlen(name) == (size_t)(end - p) &&
	    memcmp(p, name, strlen(name)) == 0);
}

static void
add_kinds(struct buf *error)
{
	size_t i;

	buf_adds(error, error->len != 0 &&
	    buf_str(error)[error->len - 1] == '?' ? " Targets:" :
	    "; targets:");
	for (i = 0; i < NTRANSPORTS; i++)
		buf_addf(error, "%s %s", i == 0 ? "" : ",",
		    transports[i]->usage);
}

static void
unknown_target(const char *target, struct buf *error)
{
	size_t n = strcspn(target, ":,"), i;
	char *kind = mem_printf("%.*s", (int)n, target);
	struct nearest near;

	nearest_begin(&near, kind);
	for (i = 0; i < NTRANSPORTS; i++)
		nearest_offer(&near, transports[i]->name);
	/* "-T stm32f072" */
	for (i = 0; i < sim_profiles_count; i++)
		if (strcmp(kind, sim_profiles[i].name) == 0)
			break;
	buf_adds(error, "unknown target \"");
	text_escape(error, target, strlen(target));
	buf_adds(error, "\"");
	if (i < sim_profiles_count)
		buf_addf(error, "; did you mean sim:%s?", kind);
	else
		nearest_ask(&near, error);
	add_kinds(error);
	free(kind);
}

/* Cuts ",dialect=WORD" out of arg. False: error names what is possible. */
static bool
take_dialect(char *arg, uint8_t *dialect, struct buf *error)
{
	static const char name[] = "dialect=";
	char *p = arg, *end;
	size_t n = strlen(name);

	while (strncmp(p, name, n) != 0) {
		p = strchr(p, ',');
		if (p == NULL)
			return (true);
		p++;
	}
	end = p + strcspn(p, ",");
	if (same(p + n, end, DFU_DIALECT_DFUSE)) {
		*dialect = DFU_DIALECT_DFUSE;
	} else if (same(p + n, end, DFU_DIALECT_PLAIN)) {
		*dialect = DFU_DIALECT_PLAIN;
	} else {
		buf_adds(error, "unknown dialect ");
		text_quote(error, p + n, (size_t)(end - p) - n);
		buf_adds(error, "; use dialect=dfuse|plain");
		return (false);
	}
	if (*end == ',')
		end++;
	else if (p > arg)
		p--;
	memmove(p, end, strlen(end) + 1);
	return (true);
}

static struct transport *
open_as(const struct transport_ops *ops, const char *target,
    struct dev_numbers *numbers, struct buf *error)
{
	char *arg = mem_strdup(*target != '\0' ? target + 1 : "");
	struct transport *t = NULL;
	uint8_t dialect = DFU_DIALECT_UNKNOWN;

	if (!ops->live || take_dialect(arg, &dialect, error))
		t = ops->open(arg, numbers, error);
	if (t != NULL)
		t->dialect = dialect;
	free(arg);
	return (t);
}

struct transport *
transport_open(const char *target, struct dev_numbers *numbers,
    struct buf *error)
{
	size_t i, n = strcspn(target, ":,");

	for (i = 0; i < NTRANSPORTS; i++) {
		if (strlen(transports[i]->name) != n ||
		    strncmp(transports[i]->name, target, n) != 0)
			continue;
		return (open_as(transports[i], target + n, numbers, error));
	}
	unknown_target(target, error);
	return (NULL);
}

bool
transport_words_slow_open(uint64_t took, struct buf *b)
{
	if (took < TRANSPORT_SLOW_OPEN)
		return (false);
	buf_adds(b, "opening the device took ");
	text_duration(b, took);
	buf_adds(b, ": the kernel probably reset it when it woke up; its "
	    "answers are from after that reset");
	return (true);
}
