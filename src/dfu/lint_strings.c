/* SPDX-License-Identifier: ISC */
/* The predicates of lint that ask strings and memory layouts. */
#include <string.h>

#include "base/text.h"
#include "dfu/layout.h"
#include "dfu/lint_rules.h"

#define MOST_NAMED	4	/* alternates in one detail */

/* What a predicate wants of one name. */
enum trait {
	TRAIT_ODD,		/* arg: the bit */
	TRAIT_NONE,
	TRAIT_BLANKS,
	TRAIT_READ_ONLY
};

static bool
is_read_only(const struct layout *l)
{
	size_t i;

	for (i = 0; i < l->nsegments; i++)
		if ((l->segments[i].kind & LAYOUT_WRITABLE) != 0)
			return (false);
	return (l->nsegments > 0);
}

static bool
layout_is(const char *name, size_t n, enum trait trait, unsigned arg)
{
	struct layout l;
	bool parsed = layout_parse(&l, name, n), is = false;

	switch (trait) {
	case TRAIT_ODD:
		is = (l.odd & arg) != 0;
		break;
	case TRAIT_NONE:
		is = !parsed || l.nsegments == 0;
		break;
	case TRAIT_BLANKS:
		is = parsed && name[n - 1] == ' ';
		break;
	case TRAIT_READ_ONLY:
		is = is_read_only(&l);
		break;
	}
	layout_free(&l);
	return (is);
}

/* Goes through the names that begin with '@'; detail names the alternates. */
static bool
any_layout_is(const struct lint_look *k, enum trait trait, unsigned arg,
    struct buf *b)
{
	const char *name;
	unsigned i, n = 0;

	for (i = 0; i < 256; i++) {
		name = k->s->names[i];
		if (name == NULL || name[0] != '@' ||
		    !layout_is(name, strlen(name), trait, arg))
			continue;
		if (n < MOST_NAMED)
			buf_addf(b, "%s%u", n == 0 ? "alternate " : ", ", i);
		n++;
	}
	if (n > MOST_NAMED)
		buf_addf(b, " and %u more", n - MOST_NAMED);
	return (n > 0);
}

LINT_RULE(lint_layout_odd)
{
	return (any_layout_is(k, TRAIT_ODD, arg, b));
}

LINT_RULE(lint_layout_none)
{
	return (any_layout_is(k, TRAIT_NONE, arg, b));
}

LINT_RULE(lint_layout_blanks)
{
	return (any_layout_is(k, TRAIT_BLANKS, arg, b));
}

LINT_RULE(lint_layout_read_only)
{
	return (any_layout_is(k, TRAIT_READ_ONLY, arg, b));
}

/* Strings. */

static const char *
string_of(const struct lint_look *k, unsigned i, const char **label)
{
	switch (i) {
	case 0:
		*label = "manufacturer";
		return (k->s->manufacturer);
	case 1:
		*label = "product";
		return (k->s->product);
	case 2:
		*label = "serial";
		return (k->s->serial);
	default:
		*label = NULL;
		return (k->s->names[i - 3]);
	}
}
#define STRINGS		(3 + 256)

static void
add_label(struct buf *b, const char *label, unsigned i)
{
	if (label != NULL)
		buf_adds(b, label);
	else
		buf_addf(b, "the name of alternate %u", i - 3);
}

static bool
has_control(const char *s)
{
	size_t n, left = strlen(s);
	uint32_t cp;

	for (; left > 0; s += n, left -= n) {
		n = text_decode(s, left, &cp);
		if (text_width(cp) < 0)
			return (true);
	}
	return (false);
}

LINT_RULE(lint_text_control)
{
	const char *label, *s;
	unsigned i;

	(void)arg;
	for (i = 0; i < STRINGS; i++) {
		s = string_of(k, i, &label);
		if (s == NULL || !has_control(s))
			continue;
		add_label(b, label, i);
		return (true);
	}
	return (false);
}

LINT_RULE(lint_text_empty)
{
	const char *label, *s;
	unsigned i;

	(void)arg;
	for (i = 0; i < STRINGS; i++) {
		s = string_of(k, i, &label);
		if (s == NULL || *s != '\0')
			continue;
		add_label(b, label, i);
		return (true);
	}
	return (false);
}

LINT_RULE(lint_serial_absent)
{
	(void)arg;
	(void)b;
	return (k->s->descriptors->has_device &&
	    k->s->descriptors->iSerialNumber == 0);
}

/* The kernel puts '?' for what is no character to it. */
LINT_RULE(lint_serial_garbled)
{
	const char *s = k->s->serial;

	(void)arg;
	for (; s != NULL && *s != '\0'; s++) {
		if ((unsigned char)*s < 0x80 && *s != '?')
			continue;
		buf_adds(b, "serial \"");
		text_escape(b, k->s->serial, strlen(k->s->serial));
		buf_addc(b, '"');
		return (true);
	}
	return (false);
}
