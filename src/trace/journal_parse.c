/* SPDX-License-Identifier: ISC */
/* Reading lines of the journal; journal.c prints them. */
#include "trace/journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "trace/fact.h"
#include "trace/identity.h"

struct cursor {
	const char		*line;
	const char		*p;
	struct event		*e;
	struct journal_scratch	*scratch;
	struct buf		*error;
	struct buf		*word;	/* the token's value, unquoted */
	bool			 has_bytes;
};

static enum journal_result
bad(struct cursor *c, const char *what)
{
	buf_reset(c->error);
	buf_addf(c->error, "column %zu: %s", (size_t)(c->p - c->line) + 1,
	    what);
	return (JOURNAL_BAD);
}

#define NUMBER_MOST	24	/* digits of a number, zeros in front too */

/* Digits up to a stop character; false if there are none or too many. */
static bool
take_number(struct cursor *c, uint64_t max, uint64_t *v)
{
	size_t n = text_decimal(c->p, max, v);

	if (n == 0 || n >= NUMBER_MOST)
		return (false);
	c->p += n;
	return (true);
}

static bool
take_time(struct cursor *c)
{
	uint64_t seconds, us;
	const char *dot;

	if (!take_number(c, UINT64_MAX / 1000000 - 1, &seconds))
		return (false);
	dot = c->p;
	if (*c->p++ != '.' || !take_number(c, 999999, &us) ||
	    c->p - dot != 7)
		return (false);
	c->e->time = seconds * 1000000 + us;
	return (true);
}

static bool
take_dev(struct cursor *c)
{
	uint64_t v;

	if (c->p[0] != ' ' || c->p[1] != 'd')
		return (false);
	c->p += 2;
	if (!take_number(c, UINT16_MAX, &v) || *c->p != ' ')
		return (false);
	c->p++;
	c->e->dev = (uint16_t)v;
	return (true);
}

/* Field values: each takes c->word and says whether it is one. */

static bool
word_number(const struct cursor *c, uint64_t max, uint64_t *v)
{
	return (text_number(buf_str(c->word), max, v));
}

static bool
field_setup(struct cursor *c)
{
	struct buf raw = { 0 };
	bool ok = text_unhex(&raw, buf_str(c->word), c->word->len) &&
	    raw.len == SETUP_LENGTH;

	if (ok)
		c->e->setup = setup_unpack(raw.data);
	buf_free(&raw);
	return (ok);
}

static bool
field_timeout(struct cursor *c)
{
	uint64_t v;

	if (!word_number(c, UINT32_MAX, &v))
		return (false);
	c->e->timeout = (uint32_t)v;
	return (true);
}

static bool
field_len(struct cursor *c)
{
	uint64_t v;

	if (!word_number(c, UINT32_MAX, &v))
		return (false);
	c->e->len = (uint32_t)v;
	return (true);
}

static bool
field_crc(struct cursor *c)
{
	uint64_t v;

	if (!text_hexnumber(buf_str(c->word), UINT32_MAX, &v))
		return (false);
	c->e->crc = (uint32_t)v;
	return (true);
}

static bool
field_data(struct cursor *c)
{
	const char *s = buf_str(c->word), *gap = strstr(s, "..");
	struct buf *bytes = &c->scratch->bytes;

	if (c->has_bytes)
		return (false);
	c->has_bytes = true;
	if (gap == NULL)
		return (text_unhex(bytes, s, c->word->len));
	c->e->elided = true;
	return (text_unhex(bytes, s, (size_t)(gap - s)) &&
	    text_unhex(bytes, gap + 2, strlen(gap + 2)) &&
	    gap - s == 2 * EVENT_ELIDED_EDGE &&
	    bytes->len == 2 * EVENT_ELIDED_EDGE);
}

static bool
field_text(struct cursor *c)
{
	if (c->has_bytes)
		return (false);
	c->has_bytes = true;
	buf_add(&c->scratch->bytes, c->word->data, c->word->len);
	c->e->len = (uint32_t)c->word->len;
	return (true);
}

static bool
set_string(const struct cursor *c, char **s)
{
	if (*s != NULL)
		return (false);
	*s = mem_strdup(buf_str(c->word));
	return (true);
}

static bool
set_u16(const struct cursor *c, uint16_t *p, bool hex)
{
	uint64_t v;

	if (!(hex ? text_hexnumber(buf_str(c->word), UINT16_MAX, &v) :
	    word_number(c, UINT16_MAX, &v)))
		return (false);
	*p = (uint16_t)v;
	return (true);
}

static bool
field_transport(struct cursor *c)
{
	return (set_string(c, &c->scratch->who->transport));
}

static bool
field_place(struct cursor *c)
{
	return (set_string(c, &c->scratch->who->place));
}

static bool
field_peer(struct cursor *c)
{
	return (set_string(c, &c->scratch->who->peer));
}

static bool
field_manufacturer(struct cursor *c)
{
	return (set_string(c, &c->scratch->who->manufacturer));
}

static bool
field_product(struct cursor *c)
{
	return (set_string(c, &c->scratch->who->product_name));
}

static bool
field_serial(struct cursor *c)
{
	return (set_string(c, &c->scratch->who->serial));
}

static bool
field_holder(struct cursor *c)
{
	return (set_string(c, &c->scratch->who->holder));
}

static bool
field_id(struct cursor *c)
{
	char *s = (char *)c->word->data, *colon;
	uint64_t vendor, product;

	colon = s != NULL ? strchr(s, ':') : NULL;
	if (colon == NULL)
		return (false);
	*colon = '\0';
	if (!text_hexnumber(s, UINT16_MAX, &vendor) ||
	    !text_hexnumber(colon + 1, UINT16_MAX, &product))
		return (false);
	c->scratch->who->vendor = (uint16_t)vendor;
	c->scratch->who->product = (uint16_t)product;
	return (true);
}

static bool
field_version(struct cursor *c)
{
	return (set_u16(c, &c->scratch->who->version, true));
}

static bool
field_bus(struct cursor *c)
{
	return (set_u16(c, &c->scratch->who->bus, false));
}

static bool
field_devnum(struct cursor *c)
{
	return (set_u16(c, &c->scratch->who->devnum, false));
}

static bool
field_incarnation(struct cursor *c)
{
	uint64_t v;

	if (!word_number(c, UINT32_MAX, &v))
		return (false);
	c->scratch->who->incarnation = (uint32_t)v;
	return (true);
}

static bool
field_suspended(struct cursor *c)
{
	c->scratch->who->suspended = true;
	return (strcmp(buf_str(c->word), "1") == 0);
}

static bool
field_descriptors(struct cursor *c)
{
	return (c->scratch->who->descriptors.len == 0 &&
	    text_unhex(&c->scratch->who->descriptors, buf_str(c->word),
	    c->word->len));
}

static bool
field_lacks(struct cursor *c)
{
	return (fact_mask_parse(buf_str(c->word), &c->scratch->who->lacks));
}

static bool
field_basis(struct cursor *c)
{
	enum event_basis basis;

	if (!event_basis_parse(buf_str(c->word), &basis))
		return (false);
	c->e->basis = basis & 0xf;
	return (true);
}

static bool
field_agent(struct cursor *c)
{
	enum event_agent agent;

	if (!event_agent_parse(buf_str(c->word), &agent))
		return (false);
	c->e->agent = agent & 0xf;
	return (true);
}

static bool
field_known(struct cursor *c)
{
	return (journal_parts_parse(buf_str(c->word), &c->e->known));
}

static bool
field_code(struct cursor *c)
{
	uint64_t v;

	if (!word_number(c, UINT8_MAX, &v))
		return (false);
	c->e->code = (uint32_t)v;
	return (true);
}

static bool
field_line(struct cursor *c)
{
	uint64_t v;

	if (!word_number(c, UINT32_MAX, &v))
		return (false);
	c->e->line = (uint32_t)v;
	return (true);
}

/* name=I.A:"text": the cursor stands behind '='. */
static bool
take_name(struct cursor *c)
{
	uint64_t interface, alternate;
	struct buf text = { 0 };
	size_t n;

	if (!take_number(c, UINT8_MAX, &interface) || *c->p++ != '.' ||
	    !take_number(c, UINT8_MAX, &alternate) || *c->p++ != ':')
		return (false);
	n = text_unquote(&text, c->p);
	if (n != 0)
		identity_name(c->scratch->who, (uint8_t)interface,
		    (uint8_t)alternate, buf_str(&text), text.len);
	buf_free(&text);
	c->p += n;
	return (n != 0);
}

#define ON(kind)	(1u << (kind))
#define ON_TEXT		(ON(EVENT_WALL) | ON(EVENT_COMMAND) | \
	ON(EVENT_NOTE) | ON(EVENT_LOST) | ON(EVENT_OPENED) | ON(EVENT_RESET))
#define ON_ALL		(~0u)
#define ON_BYTES	(ON(EVENT_SUBMIT) | ON(EVENT_COMPLETE))
#define ON_OUTCOME	(ON(EVENT_COMPLETE) | ON(EVENT_OPENED) | \
	ON(EVENT_RESET))

/*
 * Which fields a line may have; a fact typed once for all kinds. A field with
 * a complaint of its own takes what stands behind '=' itself.
 */
static const struct {
	struct journal_field	 field;
	bool			 (*take)(struct cursor *c);
	const char		*complaint;
} fields[] = {
	{ { "setup", "HEX",
	    "the eight bytes of the SETUP packet",
	    ON(EVENT_SUBMIT) }, field_setup, NULL },
	{ { "timeout", "N",
	    "the timeout of the request in milliseconds",
	    ON(EVENT_SUBMIT) }, field_timeout, NULL },
	{ { "len", "N",
	    "how many bytes were transferred; of a submit: sent by the host, "
	    "of a complete: accepted or answered",
	    ON_BYTES }, field_len, NULL },
	{ { "data", "HEX",
	    "these bytes; of a long DNLOAD or UPLOAD the first 16, two "
	    "dots and the last 16",
	    ON_BYTES }, field_data, NULL },
	{ { "crc", "HEX",
	    "the CRC-32 of all bytes, where data has not all",
	    ON_BYTES }, field_crc, NULL },
	{ { "text", "\"TEXT\"",
	    "what was typed, reported or measured",
	    ON_TEXT }, field_text, NULL },
	{ { "code", "N",
	    "the exit code of the job with this result; absent: none or 0",
	    ON(EVENT_NOTE) }, field_code, NULL },
	{ { "basis", "WORD",
	    "how the event is known: seen (not written), told (by a tool), or "
	    "inferred (from what a tool told)",
	    ON_ALL }, field_basis, NULL },
	{ { "agent", "WORD",
	    "who caused it: self (not written), other, or unknown",
	    ON_ALL }, field_agent, NULL },
	{ { "known", "LIST",
	    "which parts of an answer a tool printed: status, wait, state, "
	    "string, separated by commas; absent: all",
	    ON(EVENT_COMPLETE) }, field_known, NULL },
	{ { "line", "N",
	    "the line of the log that shows it",
	    ON_ALL }, field_line, NULL },
	{ { "lacks", "LIST",
	    "facts that the source does not have, separated by commas",
	    ON(EVENT_ARRIVED) }, field_lacks, NULL },
	{ { "transport", "\"TEXT\"",
	    "how the device was reached",
	    ON(EVENT_ARRIVED) }, field_transport, NULL },
	{ { "place", "\"TEXT\"",
	    "the port of the device; the same port is the same session",
	    ON(EVENT_ARRIVED) }, field_place, NULL },
	{ { "peer", "\"TEXT\"",
	    "the name of the same port on the other bus of its hub",
	    ON(EVENT_ARRIVED) }, field_peer, NULL },
	{ { "id", "VVVV:PPPP",
	    "idVendor and idProduct",
	    ON(EVENT_ARRIVED) }, field_id, NULL },
	{ { "version", "HEX",
	    "bcdDevice",
	    ON(EVENT_ARRIVED) }, field_version, NULL },
	{ { "bus", "N",
	    "the number of the bus",
	    ON(EVENT_ARRIVED) }, field_bus, NULL },
	{ { "devnum", "N",
	    "the number on the bus",
	    ON(EVENT_ARRIVED) }, field_devnum, NULL },
	{ { "incarnation", "N",
	    "how often a device was connected at this place",
	    ON(EVENT_ARRIVED) }, field_incarnation, NULL },
	{ { "suspended", "1",
	    "the device is suspended",
	    ON(EVENT_ARRIVED) }, field_suspended, NULL },
	{ { "manufacturer", "\"TEXT\"",
	    "its string iManufacturer",
	    ON(EVENT_ARRIVED) }, field_manufacturer, NULL },
	{ { "product", "\"TEXT\"",
	    "its string iProduct",
	    ON(EVENT_ARRIVED) }, field_product, NULL },
	{ { "serial", "\"TEXT\"",
	    "its string iSerialNumber",
	    ON(EVENT_ARRIVED) }, field_serial, NULL },
	{ { "holder", "\"TEXT\"",
	    "the program that uses the interface",
	    ON(EVENT_ARRIVED) }, field_holder, NULL },
	{ { "name", "I.A:\"TEXT\"",
	    "the string of alternate setting A of interface I; one "
	    "field for each",
	    ON(EVENT_ARRIVED) }, take_name,
	    "expected a name as I.A:\"text\"" },
	{ { "descriptors", "HEX",
	    "the descriptors of the device and of its configurations, "
	    "as they were read",
	    ON(EVENT_ARRIVED) }, field_descriptors, NULL },
};
const size_t journal_fields_count = sizeof(fields) / sizeof(fields[0]);

const struct journal_field *
journal_field(size_t i)
{
	return (&fields[i].field);
}

/* The value behind '=' into c->word: quoted, or up to a blank. */
static bool
take_value(struct cursor *c)
{
	size_t n;

	buf_reset(c->word);
	if (*c->p == '"') {
		n = text_unquote(c->word, c->p);
	} else {
		n = strcspn(c->p, " ");
		buf_add(c->word, c->p, n);
	}
	c->p += n;
	return (n != 0);
}

/* A field that only a later format knows: kept as it stands. */
static enum journal_result
keep_field(struct cursor *c, size_t keylen)
{
	const char *start = c->p;
	struct identity **who = &c->scratch->who;
	struct buf more = { 0 };

	if (keylen == 0)
		return (bad(c, "expected the name of a field"));
	c->p += keylen + 1;
	if (!take_value(c))
		return (bad(c, "invalid value for this field"));
	if (*who == NULL)
		*who = identity_new();
	c->e->who = *who;
	if ((*who)->more != NULL)
		buf_addf(&more, "%s ", (*who)->more);
	buf_add(&more, start, (size_t)(c->p - start));
	free((*who)->more);
	(*who)->more = buf_take(&more);
	return (JOURNAL_EVENT);
}

static bool
is_word(const char *word, const char *s, size_t n)
{
	return (*word == *s && strncmp(word, s, n) == 0 && word[n] == '\0');
}

static enum journal_result
take_field(struct cursor *c, size_t keylen)
{
	const char *complaint;
	bool elsewhere = false;
	size_t i;

	for (i = 0; i < journal_fields_count; i++) {
		if (!is_word(fields[i].field.key, c->p, keylen))
			continue;
		elsewhere = (fields[i].field.on & ON(c->e->kind)) == 0;
		if (elsewhere)
			break;
		complaint = fields[i].complaint;
		c->p += keylen + 1;
		if ((complaint != NULL || take_value(c)) && fields[i].take(c))
			return (JOURNAL_EVENT);
		return (bad(c, complaint != NULL ? complaint :
		    "invalid value for this field"));
	}
	return (elsewhere ? bad(c, "this field is not allowed here") :
	    keep_field(c, keylen));
}

static enum journal_result
take_token(struct cursor *c)
{
	size_t n = strcspn(c->p, " =");
	enum outcome outcome;
	char word[16];
	uint64_t v;

	if (*c->p == '#') {
		c->p++;
		if (!take_number(c, UINT32_MAX, &v) ||
		    (ON(c->e->kind) & ON_BYTES) == 0)
			return (bad(c, "invalid request number"));
		c->e->number = (uint32_t)v;
		return (JOURNAL_EVENT);
	}
	if (c->p[n] == '=')
		return (take_field(c, n));
	if (n == 0 || n >= sizeof(word) || (ON(c->e->kind) & ON_OUTCOME) == 0)
		return (bad(c, "unknown word"));
	memcpy(word, c->p, n);
	word[n] = '\0';
	if (!outcome_parse(word, &outcome))
		return (bad(c, "unknown outcome"));
	c->e->outcome = (uint8_t)outcome;
	c->p += n;
	return (JOURNAL_EVENT);
}

/* The bytes and the numbers about them must fit together. */
static bool
bytes_agree(struct cursor *c)
{
	struct event *e = c->e;

	e->kept = (uint32_t)c->scratch->bytes.len;
	e->data = e->kept != 0 ? c->scratch->bytes.data : NULL;
	if (e->elided)
		return (e->len > e->kept);
	return (e->crc == 0 && (e->kept == 0 || e->kept == e->len));
}

static enum journal_result
take_kind(struct cursor *c, size_t n)
{
	size_t length = strcspn(c->p, " ");
	enum event_kind kind;
	char word[16];

	if (length == 0)
		return (bad(c, "expected the kind of event"));
	if (length < sizeof(word)) {
		memcpy(word, c->p, length);
		word[length] = '\0';
		if (event_kind_parse(word, &kind)) {
			c->e->kind = (uint8_t)kind;
			c->p += length;
			return (JOURNAL_EVENT);
		}
	}
	c->e->kind = EVENT_OTHER;
	c->e->len = c->e->kept = (uint32_t)(n - (size_t)(c->p - c->line));
	c->e->data = (const uint8_t *)c->p;
	c->p = c->line + n;
	return (JOURNAL_EVENT);
}

static enum journal_result
parse_event(struct cursor *c, size_t n)
{
	enum journal_result r;

	if (!take_time(c))
		return (bad(c, "expected a time: seconds, a dot and six "
		    "digits"));
	if (!take_dev(c))
		return (bad(c, "expected d and a device number after the "
		    "time"));
	r = take_kind(c, n);
	if (r != JOURNAL_EVENT || c->e->kind == EVENT_OTHER)
		return (r);
	if (c->e->kind == EVENT_ARRIVED)
		c->e->who = c->scratch->who = identity_new();
	while (*c->p == ' ' && c->p[1] != ';') {
		c->p++;
		r = take_token(c);
		if (r != JOURNAL_EVENT)
			return (r);
	}
	if (*c->p != '\0' && *c->p != ' ')
		return (bad(c, "expected a blank"));
	if (!bytes_agree(c))
		return (bad(c, "len, data and crc contradict each other"));
	return (JOURNAL_EVENT);
}

static enum journal_result
parse_header(struct cursor *c)
{
	uint64_t version;

	c->p += strlen(JOURNAL_MAGIC " ");
	if (!take_number(c, UINT32_MAX, &version))
		return (bad(c, "expected the format number of the journal"));
	if (version >= JOURNAL_OLDEST && version <= JOURNAL_FORMAT)
		return (JOURNAL_HEADER);
	buf_addf(c->word, "cannot read a journal of %sformat %llu; this "
	    "version reads formats %d-%d",
	    version > JOURNAL_FORMAT ? "the later " : "",
	    (unsigned long long)version, JOURNAL_OLDEST, JOURNAL_FORMAT);
	return (bad(c, buf_str(c->word)));
}

enum journal_result
journal_parse(const char *line, size_t n, struct event *e,
    struct journal_scratch *scratch, struct buf *error)
{
	struct cursor c = { .line = line, .p = line, .e = e,
	    .scratch = scratch, .error = error, .word = &scratch->word };

	*e = (struct event){ 0 };
	buf_reset(&scratch->bytes);
	buf_reset(&scratch->word);
	identity_free(scratch->who);
	scratch->who = NULL;
	if (strlen(line) < n) {
		c.p += strlen(line);
		return (bad(&c, "a NUL byte"));
	}
	if (n == 0 || *line == ';' || *line == '#')
		return (JOURNAL_BLANK);
	if (strncmp(line, JOURNAL_MAGIC " ", strlen(JOURNAL_MAGIC " ")) == 0)
		return (parse_header(&c));
	return (parse_event(&c, n));
}

void
journal_scratch_free(struct journal_scratch *scratch)
{
	buf_free(&scratch->bytes);
	buf_free(&scratch->word);
	identity_free(scratch->who);
	scratch->who = NULL;
}
