/* SPDX-License-Identifier: ISC */
#include "report/json_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "command/command.h"
#include "dfu/spec.h"
#include "session/session.h"

/* Whole numbers of microseconds, as seconds. */
json_t *
json_own_seconds(uint64_t us)
{
	return (json_real((double)us / 1e6));
}

bool
json_own_clock(const struct session *s)
{
	return (session_fact(s, FACT_CLOCK) == KNOWN_YES);
}

void
json_own_time(json_t *o, const char *key, const struct session *s,
    uint64_t us)
{
	if (json_own_clock(s))
		json_object_set_new(o, key, json_own_seconds(us));
}

static void
set_text(json_t *o, const char *key, const void *s, size_t n)
{
	struct buf b = { 0 };

	text_escape(&b, s, n);
	json_object_set_new(o, key, json_string(buf_str(&b)));
	buf_free(&b);
}

/* Text that was put together here. */
void
json_own_words(json_t *o, const char *key, const void *s, size_t n)
{
	struct buf b = { 0 };

	text_print(&b, s, n);
	json_object_set_new(o, key, json_string(buf_str(&b)));
	buf_free(&b);
}

void
json_own_string(json_t *o, const char *key, const char *s)
{
	if (s != NULL)
		set_text(o, key, s, strlen(s));
}

void
json_own_number(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_integer((json_int_t)v));
}

void
json_own_hex(json_t *o, const char *key, const void *p, size_t n)
{
	struct buf b = { 0 };

	buf_addhex(&b, p, n);
	json_object_set_new(o, key, json_string(buf_str(&b)));
	buf_free(&b);
}

/* A state or status by number and name; the name of none is null. */
json_t *
json_own_named(uint8_t number, const char *name)
{
	return (json_pack("{s:i, s:s?}", "number", number, "name", name));
}

json_t *
json_own_state(uint8_t state)
{
	return (json_own_named(state, dfu_state_row(state) != NULL ?
	    dfu_state_name(state) : NULL));
}

json_t *
json_own_object(const char *type)
{
	return (json_pack("{s:i, s:s}", "v", JSON_VERSION, "type",
	    type));
}

json_t *
json_own_of(const char *type, const struct session *s)
{
	json_t *o = json_own_object(type);

	if (s != NULL)
		json_own_string(o, "place", s->place);
	return (o);
}

void
json_own_finish(struct buf *b, json_t *o)
{
	char *line = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(15));

	if (line != NULL)
		buf_addf(b, "%s\n", line);
	free(line);
	json_decref(o);
}

json_t *
json_own_advice(const struct advice *a)
{
	const struct command_row *row = a->command == NULL ? NULL :
	    command_of_line(a->command);
	char key[2] = { row != NULL ? (char)row->key : '\0', '\0' };
	bool known = a->kind == ADVICE_REQUEST || a->kind == ADVICE_JOB ||
	    a->kind == ADVICE_BY_HAND;

	if (a->kind == ADVICE_NONE)
		return (json_null());
	return (json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:s?}", "kind",
	    advice_kind_name(a->kind), "command", a->command, "key",
	    key[0] != '\0' ? key : NULL, "why", a->why, "certainty",
	    known ? dfu_certainty_words(a->certainty) : NULL, "dont",
	    a->dont));
}
