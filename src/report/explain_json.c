/* SPDX-License-Identifier: ISC */
#include "report/explain_own.h"

#include "dfu/spec.h"
#include "report/json.h"
#include "report/json_own.h"

/* Of a source without a clock no time is told. */
static bool
has_clock(const struct explain *x)
{
	size_t i;

	for (i = 0; i < x->nparts; i++) {
		if (!json_own_clock(x->sessions->list[i]))
			return (false);
	}
	return (true);
}

static void
add_journal(struct buf *b, const struct explain *x)
{
	json_t *o = json_own_object("journal");

	json_own_string(o, "file", x->name);
	json_own_number(o, "events", x->events);
	if (has_clock(x))
		json_object_set_new(o, "seconds", json_own_seconds(
		    x->sessions->last - x->begin));
	json_own_number(o, "sessions", x->nparts);
	json_object_set_new(o, "wall", json_null());
	if (x->wall.len != 0)
		json_own_string(o, "wall", buf_str(&x->wall));
	json_object_set_new(o, "cut", x->cut != 0 ?
	    json_integer((json_int_t)x->cut) : json_null());
	if (x->damaged != 0) {
		json_own_number(o, "damaged", x->damaged);
		json_own_number(o, "first_damaged", x->first_damaged);
	}
	json_own_finish(b, o);
}

static void
add_path(struct buf *b, const struct session *s, const struct path *p)
{
	json_t *o = json_own_of("path", s);
	struct buf text = { 0 };

	explain_path(p, ' ', &text);
	json_object_set_new(o, "text", json_string(buf_str(&text)));
	json_own_number(o, "omitted", p->omitted);
	json_object_set_new(o, "pending", explain_pending(s) != 0 ?
	    json_integer(explain_pending(s)) : json_null());
	buf_free(&text);
	json_own_finish(b, o);
}

static json_t *
sum_object(const struct timing_sum *sum)
{
	if (sum->n == 0)
		return (json_null());
	return (json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}",
	    "n", (json_int_t)sum->n, "total", json_own_seconds(sum->total),
	    "min", json_own_seconds(sum->min),
	    "median", json_own_seconds(sum->median),
	    "p95", json_own_seconds(sum->most95),
	    "max", json_own_seconds(sum->max)));
}

static json_t *
line_object(const char *name, const struct timing_line *line)
{
	return (json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:b}",
	    "name", name,
	    "took", sum_object(&line->parts[TIMING_TOOK]),
	    "announced", sum_object(&line->parts[TIMING_ANNOUNCED]),
	    "waited", sum_object(&line->parts[TIMING_WAITED]),
	    "own", sum_object(&line->parts[TIMING_OWN]),
	    "asked", json_own_seconds(line->asked), "loop", line->loop));
}

static void
add_timing(struct buf *b, const struct session *s, const struct timing *t,
    uint64_t now)
{
	struct timing_total total = timing_total(t);
	json_t *o = json_own_of("time", s), *list = json_array(), *row;
	struct timing_line line;
	size_t i;

	json_object_set_new(o, "span", json_own_seconds(total.span));
	json_object_set_new(o, "asked", json_own_seconds(total.asked));
	json_object_set_new(o, "waited", json_own_seconds(total.waited));
	json_object_set_new(o, "own", json_own_seconds(total.own));
	json_object_set_new(o, "between", json_own_seconds(total.between));
	json_object_set_new(o, "obeyed", json_own_seconds(total.ideal));
	for (i = 0; i < OPERATION_KIND_COUNT; i++) {
		if (!timing_kind(t, (enum operation_kind)i, &line))
			continue;
		row = line_object(operation_name((enum operation_kind)i),
		    &line);
		json_object_set_new(row, "obeyed",
		    json_own_seconds(line.ideal));
		json_array_append_new(list, row);
	}
	json_object_set_new(o, "operations", list);
	list = json_array();
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		if (timing_state(t, (uint8_t)i, now, &line))
			json_array_append_new(list, line_object(
			    dfu_state_name((uint8_t)i), &line));
	}
	json_object_set_new(o, "states", list);
	json_own_finish(b, o);
}

void
explain_json(struct buf *b, const struct explain *x)
{
	uint64_t now = x->sessions->last;
	const struct session *s;
	size_t i;

	add_journal(b, x);
	for (i = 0; i < x->nparts; i++) {
		s = x->sessions->list[i];
		json_session(b, s, s->said_stack, now);
		add_path(b, s, &x->parts[i]->path);
		json_findings(b, s, now);
		if (json_own_clock(s))
			add_timing(b, s, &x->parts[i]->timing, now);
	}
}
