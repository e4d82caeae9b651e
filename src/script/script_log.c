/* SPDX-License-Identifier: ISC */
/* What the tools print, held against the lines of a log. */
#include <string.h>

#include "script/script.h"
#include "script/script_own.h"

/* No tool prints longer lines; trying holes on one takes its time. */
#define LONGEST	512

static const char *
digits_end(const char *s, const char *end)
{
	while (s < end && *s >= '0' && *s <= '9')
		s++;
	return (s);
}

/* What libusb calls an error stands behind one of these, or not at all. */
static bool
is_libusb(const char *s, const char *end)
{
	static const char *const begins[] = { " (", ": ", " - " };
	size_t i, n;

	for (i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		n = strlen(begins[i]);
		if ((size_t)(end - s) > n && memcmp(s, begins[i], n) == 0)
			return (true);
	}
	return (s == end);
}

bool
script_matches(const char *text, const char *command, const char *line,
    size_t n)
{
	const char *s = line, *end = line + n, *from;
	size_t length;

	for (; *text != '\0'; text++) {
		if (*text != '%') {
			if (s == end || *s++ != *text)
				return (false);
			continue;
		}
		from = s;
		switch (*++text) {
		case 'c':
			length = command != NULL ? strlen(command) : 0;
			if ((size_t)(end - s) < length || length == 0 ||
			    memcmp(s, command, length) != 0)
				return (false);
			s += length;
			break;
		case 'l':
			return (is_libusb(s, end));
		case 's':
			while (s <= end && !script_matches(text + 1, command,
			    s, (size_t)(end - s)))
				s++;
			return (s <= end);
		case 'r':
			if (s < end && *s == '-')
				from = ++s;
			s = digits_end(s, end);
			if (s == from)
				return (false);
			break;
		default:
			s = digits_end(s, end);
			if (s == from)
				return (false);
			break;
		}
	}
	return (s == end);
}

/* The messages of a way of asking, one after the other. */
static bool
find_in_poll(const struct script_poll *p, const char *command,
    const char *line, size_t n, struct script_saying *saying)
{
	const struct script_saying all[] = {
		{ &p->lost_says, NULL, SCRIPT_WHY_LOST },
		{ &p->status_says, NULL, SCRIPT_WHY_STATUS },
		{ &p->bad, NULL, SCRIPT_WHY_STATE },
		{ &p->over_says, NULL, SCRIPT_WHY_OVER },
		{ &p->zeros_says, NULL, SCRIPT_WHY_ZEROS },
		{ &p->abort_says, NULL, SCRIPT_WHY_ABORT },
		{ &p->clear_says, NULL, SCRIPT_WHY_CLEAR },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].message->text == NULL ||
		    !script_matches(all[i].message->text, command, line, n))
			continue;
		*saying = all[i];
		return (true);
	}
	return (false);
}

static bool
find_in_steps(const struct script_step *step, const char *line, size_t n,
    struct script_saying *saying)
{
	const struct script_poll *p;

	for (; step != NULL && step->what != NULL; step++) {
		*saying = (struct script_saying){ &step->says, step,
		    SCRIPT_WHY_REFUSED };
		if (step->says.text != NULL &&
		    script_matches(step->says.text, step->name, line, n))
			return (true);
		for (p = step->poll; p != NULL; p = p->next) {
			if (!find_in_poll(p, step->name, line, n, saying))
				continue;
			saying->step = step;
			return (true);
		}
	}
	return (false);
}

bool
script_find(const struct script *d, const char *line, size_t n,
    struct script_saying *saying)
{
	const struct script_step *const steps[] = { d->open, d->write,
	    d->end, d->leave, d->plain };
	const struct script_message *const ends[] = { &d->opened,
	    &d->flashed, &d->plain_done, &d->left, &d->not_left,
	    &d->differs };
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (find_in_steps(steps[i], line, n, saying))
			return (true);
	}
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		*saying = (struct script_saying){ ends[i], NULL,
		    SCRIPT_WHY_END };
		if (ends[i]->text != NULL &&
		    script_matches(ends[i]->text, NULL, line, n))
			return (true);
	}
	return (false);
}

static bool
prints(const struct script *d, const char *line, size_t n)
{
	struct script_saying saying;
	const char *const *p;

	for (p = d->lines; p != NULL && *p != NULL; p++) {
		if (script_matches(*p, NULL, line, n))
			return (true);
	}
	return (script_find(d, line, n, &saying));
}

/* "dfu-util: Error" and " failed!" without what stands before them. */
static bool
is_line_of(const struct script *d, const char *line, size_t n)
{
	size_t name = strlen(d->name);

	if (n > name + 2 && memcmp(line, d->name, name) == 0 &&
	    memcmp(line + name, ": ", 2) == 0) {
		line += name + 2;
		n -= name + 2;
	}
	for (; n > 0 && *line == ' '; n--)
		line++;
	return (n != 0 && n <= LONGEST && prints(d, line, n));
}

static unsigned
count_lines(const struct script *d, const char *text, size_t n)
{
	const char *end = text + n, *line;
	unsigned count = 0;

	while (text < end) {
		line = text;
		while (text < end && *text != '\n' && *text != '\r')
			text++;
		count += is_line_of(d, line, (size_t)(text - line));
		text += text < end;
	}
	return (count);
}

bool
script_guess(const char *text, size_t n, struct script_guess *g)
{
	const struct script *d;
	unsigned lines;
	size_t i;

	*g = (struct script_guess){ .lines = 1 };
	for (i = 0; i < scripts_count; i++) {
		for (d = scripts[i]; d->name != NULL; d++) {
			lines = count_lines(d, text, n);
			if (lines > g->lines) {
				*g = (struct script_guess){ d, d, lines };
			} else if (lines == g->lines && g->latest != NULL &&
			    strcmp(g->latest->name, d->name) == 0) {
				g->earliest = d;
			}
		}
	}
	return (g->latest != NULL);
}
