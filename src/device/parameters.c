/* SPDX-License-Identifier: ISC */
/*
 * Reads "NAME=VALUE,...": the rows of sim_parameters say what is possible.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "device/profile.h"
#include "wire/usb.h"

/* What the words in capitals stand for: numbers, and how large. */
static const struct {
	const char	*word;
	uint32_t	 least;
	uint32_t	 most;
	bool		 failure;	/* part of failure_word */
} kinds[] = {
	{ "N", 0, UINT32_MAX - 1, false },
	{ "MS", 0, 0xffffff, false },	/* what bwPollTimeout can say */
	{ "US", 0, 10000000, false },
	{ "BYTES", 0, 0x40000, false },
	{ "SIZE", 8, 0xffff, false },	/* one EP0 packet at least */
	{ "PERCENT", 0, 100, false },
	{ "PAGE", 0, 0xffff, false },
	{ "BLOCK", 0, 0xffff, false },
	{ "ALT", 0, 0x7f, false },
	{ "STATUS", 0, 15, true },
	{ "ISTRING", 0, 0xff, true },
};
#define KINDS	(sizeof kinds / sizeof kinds[0])

static const char trigger_word[] = "REQUEST@N";
static const char failure_word[] = "REQUEST@N:STATUS[:ISTRING]";
static const char off_word[] = "off";
static const char range_word[] = "PAGE-PAGE";
static const char profile_word[] = "PROFILE";
static const char wrong_word[] = "WRONG";

static const char *const request_names[REQUEST_COUNT] = {
	[DFU_DETACH] = "detach",
	[DFU_DNLOAD] = "dnload",
	[DFU_UPLOAD] = "upload",
	[DFU_GETSTATUS] = "getstatus",
	[DFU_CLRSTATUS] = "clrstatus",
	[DFU_GETSTATE] = "getstate",
	[DFU_ABORT] = "abort",
	[REQUEST_ANY] = "any",
};

/* The n characters at p are word. */
static bool
same(const char *p, size_t n, const char *word)
{
	return (strlen(word) == n && memcmp(p, word, n) == 0);
}

bool
sim_parameter_belongs(const struct sim_parameter_row *row, const char *name)
{
	const char *p = row->profiles;
	size_t n;

	if (p == NULL)
		return (true);
	for (; *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		if (same(p, n, name))
			return (true);
	}
	return (false);
}

static bool
parse_number(const char *text, const char *word, size_t n, uint32_t *value)
{
	uint64_t number;
	size_t i;

	for (i = 0; i < KINDS; i++) {
		if (!same(word, n, kinds[i].word))
			continue;
		if (!text_number(text, kinds[i].most, &number) ||
		    number < kinds[i].least)
			return (false);
		*value = (uint32_t)number;
		return (true);
	}
	return (false);
}

/* FIRST-LAST, both included, or one number for both. */
static bool
parse_range(const char *text, struct value *v)
{
	const char *dash = strchr(text, '-');
	char *first;
	bool good;

	if (dash == NULL)
		dash = text + strlen(text);
	first = mem_printf("%.*s", (int)(dash - text), text);
	good = parse_number(first, "PAGE", 4, &v->number) &&
	    parse_number(*dash == '-' ? dash + 1 : first, "PAGE", 4,
	    &v->last) && v->number <= v->last;
	free(first);
	return (good);
}

static bool
parse_profile(const char *text, struct value *v)
{
	size_t i;

	for (i = 0; i < sim_profiles_count; i++) {
		if (strcmp(sim_profiles[i].name, text) != 0)
			continue;
		v->number = (uint32_t)i;
		return (true);
	}
	return (false);
}

static bool
parse_wrong(const char *text, struct value *v)
{
	size_t i;

	for (i = 0; i < sim_wrongs_count; i++) {
		if (strcmp(sim_wrongs[i].name, text) != 0)
			continue;
		v->number = (uint32_t)i;
		return (true);
	}
	return (false);
}

/* The n characters at word, in capitals, say how to read text. */
static bool
parse_kind(const char *text, const char *word, size_t n, struct value *v)
{
	if (same(word, n, range_word))
		return (parse_range(text, v));
	if (same(word, n, profile_word))
		return (parse_profile(text, v));
	if (same(word, n, wrong_word))
		return (parse_wrong(text, v));
	return (parse_number(text, word, n, &v->number));
}

/* text is one of the alternatives: fills *v. */
static bool
parse_value(const char *alternatives, const char *text, struct value *v)
{
	const char *p = alternatives;
	uint64_t digit = 0;
	size_t n;

	for (; *p != '\0'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		*v = (struct value){ .word = p, .length = n };
		if (isupper((unsigned char)*p)) {
			if (parse_kind(text, p, n, v))
				return (true);
		} else if (same(p, n, text)) {
			if (text_number(text, UINT32_MAX, &digit))
				v->number = (uint32_t)digit;
			return (true);
		}
	}
	return (false);
}

/* The number at *text, which is then what follows it and a colon. */
static bool
take_number(char **text, const char *kind, uint32_t *value)
{
	char *colon = strchr(*text, ':');
	bool good;

	if (colon != NULL)
		*colon++ = '\0';
	good = parse_number(*text, kind, strlen(kind), value);
	*text = colon;
	return (good);
}

/* What stands behind REQUEST@. */
static bool
parse_trigger(struct trigger *t, char *text, bool failure)
{
	uint32_t status = 0, string = 0;

	if (!take_number(&text, "N", &t->nth) || t->nth == 0)
		return (false);
	if (!failure)
		return (text == NULL);
	if (text == NULL || !take_number(&text, "STATUS", &status) ||
	    (text != NULL && !take_number(&text, "ISTRING", &string)))
		return (false);
	t->status = (uint8_t)status;
	t->string = (uint8_t)string;
	return (text == NULL);
}

static bool
add_trigger(struct sim *s, size_t param, const char *text, bool failure)
{
	const char *at = strchr(text, '@');
	struct trigger t = { .param = (uint8_t)param };
	char *copy;
	bool good;
	uint8_t i;

	for (i = 0; at != NULL && i < REQUEST_COUNT; i++) {
		if (request_names[i] == NULL ||
		    !same(text, (size_t)(at - text), request_names[i]))
			continue;
		t.request = i;
		copy = mem_strdup(at + 1);
		good = parse_trigger(&t, copy, failure);
		free(copy);
		if (!good || t.nth > UINT32_MAX - s->counts[i])
			return (false);
		t.nth += s->counts[i];
		s->triggers = mem_array(s->triggers, s->triggers_count + 1,
		    sizeof *s->triggers);
		s->triggers[s->triggers_count++] = t;
		return (true);
	}
	return (false);
}

static void
explain_trigger(struct buf *error)
{
	size_t i;

	buf_adds(error, ", N from 1, REQUEST one of");
	for (i = 0; i < REQUEST_COUNT; i++) {
		if (request_names[i] != NULL)
			buf_addf(error, " %s", request_names[i]);
	}
}

static void
explain_profile(struct buf *error)
{
	size_t i;

	buf_adds(error, ", PROFILE one of");
	for (i = 0; i < sim_profiles_count; i++)
		buf_addf(error, " %s", sim_profiles[i].name);
}

static void
explain_wrong(struct buf *error)
{
	size_t i;

	buf_adds(error, ", WRONG one of");
	for (i = 0; i < sim_wrongs_count; i++)
		buf_addf(error, " %s", sim_wrongs[i].name);
}

/* Says what the words in capitals of `value` mean. */
static void
explain(const char *value, struct buf *error)
{
	const char *p = value;
	size_t i, n;

	for (; *p != '\0'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		if (same(p, n, trigger_word) || same(p, n, failure_word))
			explain_trigger(error);
		if (same(p, n, profile_word))
			explain_profile(error);
		if (same(p, n, wrong_word))
			explain_wrong(error);
		for (i = 0; i < KINDS; i++) {
			if (same(p, strcspn(p, "-|"), kinds[i].word) ||
			    (same(p, n, failure_word) && kinds[i].failure))
				buf_addf(error, ", %s from %u to %u",
				    kinds[i].word, kinds[i].least,
				    kinds[i].most);
		}
	}
}

static void
unknown_value(const struct sim_parameter_row *row, const char *text,
    struct buf *error)
{
	buf_addf(error, "%s: invalid value ", row->name);
	text_quote(error, text, strlen(text));
	buf_addf(error, "; expected %s=%s", row->name, row->value);
	explain(row->value, error);
}

static void
unknown_name(const char *profile, const char *name, struct buf *error)
{
	const struct sim_parameter_row *row;
	const char *separator = "";
	struct nearest near;
	size_t i;

	nearest_begin(&near, name);
	for (i = 0; i < sim_parameters_count; i++) {
		if (sim_parameter_belongs(&sim_parameters[i], profile))
			nearest_offer(&near, sim_parameters[i].name);
	}
	buf_adds(error, "unknown fault ");
	text_quote(error, name, strlen(name));
	if (nearest_ask(&near, error))
		return;
	buf_addf(error, "; %s takes: ", profile);
	for (i = 0; i < sim_parameters_count; i++) {
		row = &sim_parameters[i];
		if (!sim_parameter_belongs(row, profile))
			continue;
		buf_addf(error, "%s%s=%s", separator, row->name, row->value);
		separator = ", ";
	}
}

/* Behind it stands that it can be turned off. */
static bool
is_kind(const char *value, const char *word)
{
	return (same(value, strcspn(value, "|"), word));
}

static bool
is_trigger(size_t param)
{
	const char *value = sim_parameters[param].value;

	return (is_kind(value, trigger_word) || is_kind(value, failure_word));
}

/* None of that kind is to come. */
static bool
drop_triggers(struct sim *s, size_t param)
{
	size_t i, n = 0;

	for (i = 0; i < s->triggers_count; i++) {
		if (s->triggers[i].param != param)
			s->triggers[n++] = s->triggers[i];
	}
	s->triggers_count = n;
	return (true);
}

static bool
set_trigger(struct sim *s, size_t param, const char *text)
{
	if (strcmp(text, off_word) == 0)
		return (drop_triggers(s, param));
	return (add_trigger(s, param, text,
	    is_kind(sim_parameters[param].value, failure_word)));
}

static bool
set_parameter(struct sim *s, size_t i, const char *text)
{
	const char *value = sim_parameters[i].value;

	if (is_trigger(i))
		return (set_trigger(s, i, text));
	if (!parse_value(value, text, &s->value[i]))
		return (false);
	if (i == PARAM_SEED)
		s->random = sim_number(s, PARAM_SEED);
	if (i == PARAM_WRONG)
		s->wrongs = sim_is(s, PARAM_WRONG, "none") ? 0 :
		    s->wrongs | UINT64_C(1) << s->value[i].number;
	return (true);
}

/* One NAME=VALUE. */
static bool
parse_one(struct sim *s, char *text, struct buf *error)
{
	char *equals = strchr(text, '=');
	const char *value = "";
	size_t i;

	if (equals != NULL) {
		*equals = '\0';
		value = equals + 1;
	}
	for (i = 0; i < sim_parameters_count; i++) {
		if (strcmp(sim_parameters[i].name, text) != 0 ||
		    !sim_parameter_belongs(&sim_parameters[i], s->name))
			continue;
		if (set_parameter(s, i, value))
			return (true);
		unknown_value(&sim_parameters[i], value, error);
		return (false);
	}
	unknown_name(s->name, text, error);
	return (false);
}

static bool
parse_all(struct sim *s, char *text,
    bool (*parse)(struct sim *, char *, struct buf *), struct buf *error)
{
	char *comma;

	for (; text != NULL; text = comma) {
		comma = strchr(text, ',');
		if (comma != NULL)
			*comma++ = '\0';
		if (!parse(s, text, error))
			return (false);
	}
	return (true);
}

bool
sim_parse_parameters(struct sim *s, char *text, struct buf *error)
{
	size_t i;

	for (i = 0; i < sim_parameters_count; i++) {
		if (sim_parameters[i].initial != NULL)
			set_parameter(s, i, sim_parameters[i].initial);
	}
	return (parse_all(s, text, parse_one, error));
}

/* What a device is made of, and how it begins, is settled. */
static bool
parse_fault(struct sim *s, char *text, struct buf *error)
{
	size_t i, n = strcspn(text, "=");

	for (i = 0; i < sim_parameters_count; i++) {
		if (!same(text, n, sim_parameters[i].name) ||
		    !sim_parameter_belongs(&sim_parameters[i], s->name))
			continue;
		if (i != PARAM_START && sim_parameters[i].profiles == NULL)
			break;
		buf_addf(error, "cannot change %s now: it is set when the "
		    "device starts",
		    sim_parameters[i].name);
		return (false);
	}
	return (parse_one(s, text, error));
}

bool
sim_parse_faults(struct sim *s, char *text, struct buf *error)
{
	return (parse_all(s, text, parse_fault, error));
}

uint32_t
sim_number(const struct sim *s, enum param p)
{
	return (s->value[p].number);
}

bool
sim_is(const struct sim *s, enum param p, const char *word)
{
	return (same(s->value[p].word, s->value[p].length, word));
}

static void
tell_trigger(const struct sim *s, const struct trigger *t, struct buf *b)
{
	buf_addf(b, "%s%s@%u", b->len != 0 ? "," : "",
	    request_names[t->request], t->nth - s->counts[t->request]);
	if (t->param == PARAM_FAIL)
		buf_addf(b, ":%u", t->status);
	if (t->param == PARAM_FAIL && t->string != 0)
		buf_addf(b, ":%u", t->string);
}

static void
tell_triggers(const struct sim *s, size_t param, struct buf *b)
{
	size_t i;

	for (i = 0; i < s->triggers_count; i++) {
		if (s->triggers[i].param == param &&
		    s->triggers[i].nth > s->counts[s->triggers[i].request])
			tell_trigger(s, &s->triggers[i], b);
	}
	if (b->len == 0)
		buf_adds(b, off_word);
}

static void
tell_wrongs(const struct sim *s, struct buf *b)
{
	size_t i;

	for (i = 0; i < sim_wrongs_count; i++) {
		if ((s->wrongs & UINT64_C(1) << i) != 0)
			buf_addf(b, "%s%s", b->len != 0 ? "," : "",
			    sim_wrongs[i].name);
	}
	if (b->len == 0)
		buf_adds(b, "none");
}

static void
tell_value(const struct value *v, struct buf *b)
{
	if (v->word == NULL || !isupper((unsigned char)*v->word))
		buf_add(b, v->word, v->length);
	else if (same(v->word, v->length, range_word))
		buf_addf(b, "%u-%u", v->number, v->last);
	else if (same(v->word, v->length, profile_word))
		buf_adds(b, sim_profiles[v->number].name);
	else
		buf_addf(b, "%u", v->number);
}

const struct sim_parameter_row *
sim_fault_at(const struct sim *s, size_t i, struct buf *now)
{
	size_t at;

	for (at = 0; at < sim_parameters_count; at++) {
		if (at != PARAM_START && sim_parameters[at].profiles ==
		    NULL && i-- == 0)
			break;
	}
	if (at == sim_parameters_count)
		return (NULL);
	if (is_trigger(at))
		tell_triggers(s, at, now);
	else if (at == PARAM_WRONG)
		tell_wrongs(s, now);
	else
		tell_value(&s->value[at], now);
	return (&sim_parameters[at]);
}
