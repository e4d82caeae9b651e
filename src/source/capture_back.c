/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "source/capture_back.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void
capture_back_free(struct capture_back *k)
{
	journal_scratch_free(&k->scratch);
	buf_free(&k->line);
	buf_free(&k->data);
}

/* The value of a field of the entry, up to the end of its line. */
static bool
field(const struct capture_record *r, const char *name, struct buf *value)
{
	size_t n = r->captured, length = strlen(name), k;
	const uint8_t *p = r->data, *end;

	for (; n > 0; p += k, n -= k) {
		end = memchr(p, '\n', n);
		k = end != NULL ? (size_t)(end - p) + 1 : n;
		if (k <= length + 1 || memcmp(p, name, length) != 0 ||
		    p[length] != '=')
			continue;
		buf_reset(value);
		buf_add(value, p + length + 1, k - length - 1 -
		    (end != NULL));
		return (true);
	}
	return (false);
}

bool
capture_back_entry(struct capture_back *k, const struct capture_record *r,
    struct event *e)
{
	struct buf error = { 0 };
	enum journal_result is = JOURNAL_BAD;
	uint64_t zero;

	if (field(r, CAPTURE_BACK_ZERO, &k->line) &&
	    text_number(buf_str(&k->line), UINT64_MAX, &zero))
		k->zero = zero;
	if (field(r, CAPTURE_BACK_EVENT, &k->line))
		is = journal_parse(buf_str(&k->line), k->line.len, e,
		    &k->scratch, &error);
	buf_free(&error);
	if (is != JOURNAL_EVENT || e->kind == EVENT_SUBMIT ||
	    e->kind == EVENT_COMPLETE)
		return (false);
	k->begun = true;
	if (e->kind == EVENT_ARRIVED)
		k->dev = e->dev;
	return (true);
}

/* The rest of the words behind a prefix, or NULL. */
static const char *
behind(const char *word, const char *prefix)
{
	size_t n = strlen(prefix);

	return (strncmp(word, prefix, n) == 0 ? word + n : NULL);
}

static bool
digit(int c, uint8_t *v)
{
	const char *digits = "0123456789abcdef", *p = c != 0 ?
	    strchr(digits, c) : NULL;

	*v = p != NULL ? (uint8_t)(p - digits) : 0;
	return (p != NULL);
}

/* The first and the last bytes, where those between were not kept. */
static void
add_tail(struct capture_back *k, const char *hex, struct event *e)
{
	uint8_t high, low;

	if (e->kept != EVENT_ELIDED_EDGE ||
	    e->len < (uint32_t)2 * EVENT_ELIDED_EDGE ||
	    strlen(hex) != (size_t)2 * EVENT_ELIDED_EDGE)
		return;
	buf_reset(&k->data);
	buf_add(&k->data, e->data, e->kept);
	for (; digit(hex[0], &high) && digit(hex[1], &low); hex += 2)
		buf_addc(&k->data, high << 4 | low);
	if (k->data.len != (size_t)2 * EVENT_ELIDED_EDGE)
		return;
	e->data = k->data.data;
	e->kept = 2 * EVENT_ELIDED_EDGE;
	e->elided = true;
}

static void
take_fact(struct capture_back *k, const char *word, struct event *e)
{
	enum event_agent agent;
	enum event_basis basis;
	const char *rest;

	if ((rest = behind(word, "by ")) != NULL &&
	    event_agent_parse(rest, &agent))
		e->agent = agent & 0xf;
	else if (event_basis_parse(word, &basis))
		e->basis = basis & 0xf;
	else if ((rest = behind(word, "at most ")) != NULL)
		e->timeout = (uint32_t)strtoul(rest, NULL, 10);
	else if ((rest = behind(word, "CRC-32 ")) != NULL)
		e->crc = (uint32_t)strtoul(rest, NULL, 16);
	else if ((rest = behind(word, "ends with ")) != NULL)
		add_tail(k, rest, e);
}

/* "#12, by self, at most 5000 ms", in one of the comments. */
static void
take_facts(struct capture_back *k, const struct capture_record *r,
    struct event *e)
{
	char *word, *save = NULL;

	buf_reset(&k->line);
	buf_add(&k->line, r->facts, r->facts_length);
	buf_addc(&k->line, '\0');
	for (word = strtok_r((char *)k->line.data, ",", &save); word != NULL;
	    word = strtok_r(NULL, ",", &save))
		take_fact(k, word + strspn(word, " "), e);
	if (!e->elided)
		e->crc = 0;
}

bool
capture_back_packet(struct capture_back *k, const struct capture_record *r,
    const struct usb_record *u, struct event *e)
{
	bool submit = u->kind == USB_RECORD_SUBMIT;

	if (!k->begun || k->dev == 0 || (u->id & CAPTURE_BACK_MADE_UP) ||
	    u->id == 0 || u->id > UINT32_MAX || (submit && !u->has_setup))
		return (false);
	/* Numbers only grow: else somebody has changed the file. */
	if (submit ? u->id <= k->number : u->id > k->number)
		return (false);
	if (submit)
		k->number = (uint32_t)u->id;
	*e = (struct event){ .kind = submit ? EVENT_SUBMIT : EVENT_COMPLETE,
	    .number = (uint32_t)u->id, .dev = k->dev, .setup = u->setup,
	    .time = r->time > k->zero ? r->time - k->zero : 0,
	    .outcome = u->outcome, .data = u->data };
	if (submit) {
		k->wLength = u->setup.wLength;
		e->len = setup_is_in(&u->setup) ? 0 : k->wLength;
	} else {
		e->len = u->moved;
		if (e->outcome == OUTCOME_OK && (u->endpoint & 0x80) &&
		    e->len < k->wLength)
			e->outcome = OUTCOME_SHORT;
	}
	e->kept = u->kept < e->len ? u->kept : e->len;
	take_facts(k, r, e);
	return (true);
}
