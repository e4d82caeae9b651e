/* SPDX-License-Identifier: ISC */
#include "trace/journal.h"

#include <string.h>

#include "base/text.h"
#include "config.h"
#include "trace/fact.h"
#include "trace/identity.h"

void
journal_print_header(struct buf *b)
{
	buf_addf(b, "%s %d %s\n", JOURNAL_MAGIC, JOURNAL_FORMAT,
	    PACKAGE_VERSION);
}

static void
print_word(struct buf *b, const char *key, const char *s)
{
	if (s == NULL)
		return;
	buf_addf(b, " %s=", key);
	text_quote(b, s, strlen(s));
}

/* "status,wait": the parts of an answer that were told. */
static const struct {
	unsigned	 part;
	const char	*name;
} parts[] = {
	{ EVENT_KNOWS_STATUS, "status" },
	{ EVENT_KNOWS_WAIT, "wait" },
	{ EVENT_KNOWS_STATE, "state" },
	{ EVENT_KNOWS_STRING, "string" },
};
#define PARTS	(sizeof(parts) / sizeof(parts[0]))

bool
journal_parts_parse(const char *list, uint8_t *known)
{
	size_t i, n;

	*known = 0;
	for (;;) {
		n = strcspn(list, ",");
		for (i = 0; i < PARTS; i++) {
			if (strlen(parts[i].name) == n &&
			    memcmp(parts[i].name, list, n) == 0)
				break;
		}
		if (i == PARTS)
			return (false);
		*known |= (uint8_t)parts[i].part;
		list += n;
		if (*list++ == '\0')
			return (true);
	}
}

/* How it is known and who did it, where that is not as usual. */
static void
print_basis(struct buf *b, const struct event *e)
{
	const char *comma = "";
	size_t i;

	if (e->basis != EVENT_SEEN)
		buf_addf(b, " basis=%s", event_basis_name(e->basis));
	if (e->agent != EVENT_BY_SELF)
		buf_addf(b, " agent=%s", event_agent_name(e->agent));
	if (e->known != 0)
		buf_adds(b, " known=");
	for (i = 0; i < PARTS; i++) {
		if (!(e->known & parts[i].part))
			continue;
		buf_addf(b, "%s%s", comma, parts[i].name);
		comma = ",";
	}
	if (e->line != 0)
		buf_addf(b, " line=%u", e->line);
	if (e->who != NULL && e->who->more != NULL)
		buf_addf(b, " %s", e->who->more);
}

static void
print_identity(struct buf *b, const struct identity *who)
{
	size_t i;

	print_word(b, "transport", who->transport);
	print_word(b, "place", who->place);
	print_word(b, "peer", who->peer);
	buf_addf(b, " id=%04x:%04x version=%04x bus=%u devnum=%u "
	    "incarnation=%u", who->vendor, who->product, who->version,
	    who->bus, who->devnum, who->incarnation);
	if (who->suspended)
		buf_adds(b, " suspended=1");
	if (who->lacks != 0) {
		buf_adds(b, " lacks=");
		fact_mask_print(b, who->lacks);
	}
	print_word(b, "manufacturer", who->manufacturer);
	print_word(b, "product", who->product_name);
	print_word(b, "serial", who->serial);
	print_word(b, "holder", who->holder);
	for (i = 0; i < who->nnames; i++) {
		buf_addf(b, " name=%u.%u:", who->names[i].interface,
		    who->names[i].alternate);
		text_quote(b, who->names[i].text,
		    strlen(who->names[i].text));
	}
	if (who->descriptors.len != 0) {
		buf_adds(b, " descriptors=");
		buf_addhex(b, who->descriptors.data, who->descriptors.len);
	}
}

static void
print_bytes(struct buf *b, const struct event *e)
{
	if (e->len != 0)
		buf_addf(b, " len=%u", e->len);
	if (e->kept == 0)
		return;
	buf_adds(b, " data=");
	if (!e->elided) {
		buf_addhex(b, e->data, e->kept);
		return;
	}
	buf_addhex(b, e->data, EVENT_ELIDED_EDGE);
	buf_adds(b, "..");
	buf_addhex(b, e->data + EVENT_ELIDED_EDGE, EVENT_ELIDED_EDGE);
	buf_addf(b, " crc=%08x", e->crc);
}

static void
print_text(struct buf *b, const struct event *e)
{
	buf_adds(b, " text=");
	text_quote(b, e->data, e->kept);
}

static void
print_fields(struct buf *b, const struct event *e)
{
	uint8_t setup[SETUP_LENGTH];

	switch ((enum event_kind)e->kind) {
	case EVENT_ARRIVED:
		if (e->who != NULL)
			print_identity(b, e->who);
		break;
	case EVENT_OPENED:
	case EVENT_RESET:
		buf_addf(b, " %s", outcome_name(e->outcome));
		if (e->kept != 0)
			print_text(b, e);
		break;
	case EVENT_SUBMIT:
		setup_pack(&e->setup, setup);
		buf_addf(b, " #%u setup=", e->number);
		buf_addhex(b, setup, sizeof(setup));
		if (e->timeout != 0)
			buf_addf(b, " timeout=%u", e->timeout);
		print_bytes(b, e);
		break;
	case EVENT_COMPLETE:
		buf_addf(b, " #%u %s", e->number, outcome_name(e->outcome));
		print_bytes(b, e);
		break;
	case EVENT_NOTE:
		if (e->code != 0)
			buf_addf(b, " code=%u", e->code);
		print_text(b, e);
		break;
	case EVENT_WALL:
	case EVENT_COMMAND:
	case EVENT_LOST:
		print_text(b, e);
		break;
	case EVENT_LEFT:
	case EVENT_CLOSED:
	case EVENT_OTHER:
		break;
	}
}

void
journal_print(struct buf *b, const struct event *e, const char *words)
{
	buf_addf(b, "%llu.%06u d%u ", (unsigned long long)(e->time / 1000000),
	    (unsigned)(e->time % 1000000), e->dev);
	if (e->kind == EVENT_OTHER) {
		/* The rest of a line that nobody here understands. */
		buf_add(b, e->data, e->kept);
	} else {
		buf_adds(b, event_kind_name(e->kind));
		print_fields(b, e);
		print_basis(b, e);
		if (words != NULL && *words != '\0') {
			buf_adds(b, " ; ");
			for (; *words != '\0'; words++)
				buf_addc(b, (unsigned char)*words < 0x20 ?
				    ' ' : *words);
		}
	}
	buf_addc(b, '\n');
}
