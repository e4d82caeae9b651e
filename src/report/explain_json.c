#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "report/explain_own.h"
#include "report/json.h"

static json_t *
new_object(const char *type, const struct session *s)
{
	struct buf place = { 0 };
	json_t *o = json_pack("{s:i, s:s}", "v", 1, "type", type);

	if (s != NULL) {
		text_escape(&place, s->place, strlen(s->place));
		json_object_set_new(o, "place", json_string(buf_str(&place)));
	}
	buf_free(&place);
	return (o);
}

static void
finish(struct buf *b, json_t *o)
{
	char *line = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(15));

	if (line != NULL)
		buf_addf(b, "%s\n", line);
	free(line);
	json_decref(o);
}

static json_t *
seconds(uint64_t us)
{
	return (json_real((double)us / 1e6));
}

static void
add_journal(struct buf *b, const struct explain *x)
{
	json_t *o = new_object("journal", NULL);
	struct buf name = { 0 };

	text_escape(&name, x->name, strlen(x->name));
	json_object_set_new(o, "file", json_string(buf_str(&name)));
	buf_reset(&name);
	json_object_set_new(o, "events", json_integer((json_int_t)x->events));
	json_object_set_new(
	    o, "seconds", seconds(x->sessions->last - x->begin));
	json_object_set_new(o, "sessions",
	    json_integer((json_int_t)x->nparts));
	text_escape(&name, x->wall.data, x->wall.len);
	json_object_set_new(o, "wall", x->wall.len != 0 ?
	    json_string(buf_str(&name)) : json_null());
	json_object_set_new(o, "cut", x->cut != 0 ?
	    json_integer((json_int_t)x->cut) : json_null());
	if (x->damaged != 0) {
		json_object_set_new(o, "damaged",
		    json_integer((json_int_t)x->damaged));
		json_object_set_new(o, "first_damaged",
		    json_integer((json_int_t)x->first_damaged));
	}
	buf_free(&name);
	finish(b, o);
}

static void
add_path(struct buf *b, const struct session *s, const struct path *p)
{
	json_t *o = new_object("path", s);
	struct buf text = { 0 };

	explain_path(p, ' ', &text);
	json_object_set_new(o, "text", json_string(buf_str(&text)));
	json_object_set_new(o, "omitted",
	    json_integer((json_int_t)p->omitted));
	json_object_set_new(o, "pending", explain_pending(s) != 0 ?
	    json_integer(explain_pending(s)) : json_null());
	buf_free(&text);
	finish(b, o);
}

static json_t *
sum_object(const struct timing_sum *sum)
{
	if (sum->n == 0)
		return (json_null());
	return (json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}",
	    "n", (json_int_t)sum->n, "total", seconds(sum->total),
	    "min", seconds(sum->min), "median", seconds(sum->median),
	    "p95", seconds(sum->most95), "max", seconds(sum->max)));
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
	    "asked", seconds(line->asked), "loop", line->loop));
}

static void
add_timing(struct buf *b, const struct session *s, const struct timing *t,
    uint64_t now)
{
	struct timing_total total = timing_total(t);
	json_t *o = new_object("time", s), *list = json_array(), *row;
	struct timing_line line;
	size_t i;

	json_object_set_new(o, "span", seconds(total.span));
	json_object_set_new(o, "asked", seconds(total.asked));
	json_object_set_new(o, "waited", seconds(total.waited));
	json_object_set_new(o, "own", seconds(total.own));
	json_object_set_new(o, "between", seconds(total.between));
	json_object_set_new(o, "obeyed", seconds(total.ideal));
	for (i = 0; i < OPERATION_KIND_COUNT; i++) {
		if (!timing_kind(t, (enum operation_kind)i, &line))
			continue;
		row = line_object(operation_name((enum operation_kind)i),
		    &line);
		json_object_set_new(row, "obeyed", seconds(line.ideal));
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
	finish(b, o);
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
		add_timing(b, s, &x->parts[i]->timing, now);
	}
}
