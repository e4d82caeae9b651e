/* SPDX-License-Identifier: ISC */
/*
 * Faults of what the device says: replies, strings and descriptors.
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"

#define BABBLE_MORE	8	/* bytes past what was asked for */

void
sim_corrupt_reply(struct sim *s, uint16_t wLength)
{
	size_t most = s->reply.len < wLength ? s->reply.len : wLength;

	if (s->shorten)
		buf_cut(&s->reply, most / 2);
	else if (!s->overlong && !s->babble)
		buf_cut(&s->reply, wLength);
	while (s->babble && s->reply.len < (size_t)wLength + BABBLE_MORE)
		buf_addc(&s->reply, 0xee);
}

/* Each of these once did harm somewhere: to a terminal, a log, a parser. */
static const char *const hostile_names[] = {
	"@\033[31mFlash/0x08000000/4294967295*999Mg,0*0Kg,07*128Kz/",
	"@Endless /0xFFFFFFFF/9999*9999Mg/0x/,,//*K",
	"../../etc/%s%n%x",
};

/* The longest string descriptor holds 126 UTF-16 units. */
#define TEN		"0123456789"
static const char long_text[] = TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
    TEN TEN "012345";
static const char *const long_names[] = { long_text };
static const char *const empty_names[] = { "" };

static void
set_names(struct sim_identity *id, const char *const *names, uint8_t n)
{
	id->alternates = names;
	id->names_count = n;
}

#define MANY_ALTERNATES	128

void
sim_corrupt_identity(const struct sim *s, struct sim_identity *id)
{
	if (sim_is(s, PARAM_STRINGS, "hostile")) {
		id->manufacturer = "\033[2J\033]0;owned\a\r\n";
		id->product = "\xe2\x80\xae\xf0\x9f\x92\xa3\xc2\x9b" "31m\b\b";
		id->serial = "\"'`;$(reboot)|,=\\\t";
		set_names(id, hostile_names,
		    sizeof hostile_names / sizeof hostile_names[0]);
	} else if (sim_is(s, PARAM_STRINGS, "empty")) {
		id->manufacturer = id->product = id->serial = "";
		set_names(id, empty_names, 1);
	} else if (sim_is(s, PARAM_STRINGS, "long")) {
		id->manufacturer = id->product = id->serial = long_text;
		set_names(id, long_names, 1);
	}
	if (sim_is(s, PARAM_DESCRIPTORS, "many"))
		id->alternates_count = MANY_ALTERNATES;
	sim_wrong_identity(s, id);
}

#define TOTAL_LENGTH	2	/* offset of wTotalLength */
#define FIRST_INTERFACE	9	/* offset of what follows it */
#define INTERFACE_LENGTH 9
#define FUNCTIONAL_LENGTH 9
#define LOOPS		16

/* The functional descriptor is the last one. */
static void
make_seven(struct buf *config)
{
	uint8_t *functional = config->data + config->len - FUNCTIONAL_LENGTH;

	functional[0] = 7;
	buf_cut(config, config->len - 2);
}

static void
add_zero(struct buf *config)
{
	uint8_t functional[FUNCTIONAL_LENGTH];
	size_t at = config->len - FUNCTIONAL_LENGTH;

	memcpy(functional, config->data + at, sizeof functional);
	buf_cut(config, at);
	buf_add(config, "\0", 2);
	buf_add(config, functional, sizeof functional);
}

static void
add_loops(struct buf *config)
{
	uint8_t interface[INTERFACE_LENGTH];
	unsigned i;

	memcpy(interface, config->data + FIRST_INTERFACE, sizeof interface);
	for (i = 0; i < LOOPS; i++)
		buf_add(config, interface, sizeof interface);
}

void
sim_corrupt_config(const struct sim *s, struct buf *config)
{
	if (sim_is(s, PARAM_DESCRIPTORS, "seven"))
		make_seven(config);
	else if (sim_is(s, PARAM_DESCRIPTORS, "zero"))
		add_zero(config);
	else if (sim_is(s, PARAM_DESCRIPTORS, "loop"))
		add_loops(config);
	sim_wrong_config(s, config);
	put_u16(config->data + TOTAL_LENGTH,
	    (uint16_t)(config->len + sim_wrong_total(s)));
	if (sim_is(s, PARAM_DESCRIPTORS, "cut"))
		buf_cut(config, config->len - FUNCTIONAL_LENGTH / 2 - 1);
}
