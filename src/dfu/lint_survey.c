/* SPDX-License-Identifier: ISC */
/* Goes through the bytes of the descriptors once, for what lint asks. */
#include <string.h>

#include "dfu/fields.h"
#include "dfu/lint_rules.h"
#include "wire/usb.h"

/* Offsets in descriptors (USB 2.0 9.6), bounds checked by field(). */
#define CONFIG_TOTAL		2
#define CONFIG_COUNT		4
#define CONFIG_VALUE		5
#define INTERFACE_NUMBER	2
#define INTERFACE_ALTERNATE	3
#define INTERFACE_ENDPOINTS	4

struct pass {
	struct lint_survey	*v;
	const struct dfu_function *function;
	bool			 in_config;	/* any yet */
	bool			 ours;		/* the function's config */
	bool			 inside;	/* below our interface */
	bool			 any_interface;
	bool			 ended;		/* functional seen inside */
	size_t			 config_at;
	uint16_t		 total;
	uint8_t			 count;
	unsigned		 interfaces;
	uint8_t			 seen[32];	/* interface numbers */
	uint8_t			 alternates[32];
	struct dfu_piece	 functional;	/* the first of ours */
};

static uint8_t
field(const struct dfu_piece *d, size_t at)
{
	return (at < d->length ? d->bytes[at] : 0);
}

/* Sets bit n; true if it was set already. */
static bool
mark(uint8_t *bits, uint8_t n)
{
	uint8_t bit = (uint8_t)(1u << (n & 7));
	bool was = bits[n >> 3] & bit;

	bits[n >> 3] |= bit;
	return (was);
}

static void
end_config(struct pass *p, size_t end)
{
	struct lint_survey *v = p->v;

	if (!p->in_config)
		return;
	if (!v->total_wrong && end - p->config_at != p->total) {
		v->total_wrong = true;
		v->total_said = p->total;
		v->total_is = end - p->config_at;
	}
	if (!v->count_wrong && p->interfaces != p->count) {
		v->count_wrong = true;
		v->count_said = p->count;
		v->count_is = p->interfaces;
	}
	if (p->ours && p->interfaces > 1)
		v->company = true;
}

static void
begin_config(struct pass *p, const struct dfu_piece *d)
{
	end_config(p, d->at);
	p->in_config = true;
	p->ours = p->function != NULL &&
	    field(d, CONFIG_VALUE) == p->function->bConfigurationValue;
	p->inside = p->any_interface = false;
	p->config_at = d->at;
	p->total = (uint16_t)(field(d, CONFIG_TOTAL) |
	    field(d, CONFIG_TOTAL + 1) << 8);
	p->count = field(d, CONFIG_COUNT);
	p->interfaces = 0;
	memset(p->seen, 0, sizeof(p->seen));
}

static void
add_interface(struct pass *p, const struct dfu_piece *d, bool dfu)
{
	uint8_t number = field(d, INTERFACE_NUMBER);
	uint8_t alternate = field(d, INTERFACE_ALTERNATE);

	p->any_interface = true;
	if (!mark(p->seen, number))
		p->interfaces++;
	p->inside = p->ours && dfu &&
	    number == p->function->bInterfaceNumber;
	if (!p->inside)
		return;
	if (p->ended)
		p->v->between = true;
	if (mark(p->alternates, alternate) && !p->v->twice) {
		p->v->twice = true;
		p->v->twice_number = alternate;
	}
	if (field(d, INTERFACE_ENDPOINTS) > p->v->endpoints)
		p->v->endpoints = field(d, INTERFACE_ENDPOINTS);
}

static void
add_functional(struct pass *p, const struct dfu_piece *d)
{
	if (!p->any_interface && p->ours)
		p->v->ahead = true;
	else if (!p->inside)
		return;
	else
		p->ended = true;
	if (p->v->functionals++ == 0)
		p->functional = *d;
	else if (d->length != p->functional.length ||
	    memcmp(d->bytes, p->functional.bytes, d->length) != 0)
		p->v->differ = true;
}

void
lint_survey(struct lint_survey *v, const struct lint_subject *s)
{
	struct pass p = { .v = v, .function = s->function };
	struct dfu_piece d;
	struct dfu_walk w;

	*v = (struct lint_survey){ 0 };
	dfu_walk_begin(&w, s->bytes, s->nbytes);
	while (dfu_walk_next(&w, &d)) {
		if (d.type == USB_DT_CONFIG)
			begin_config(&p, &d);
		else if (d.type == USB_DT_INTERFACE)
			add_interface(&p, &d, w.dfu);
		else if (d.type == USB_DT_DFU && d.row != NULL)
			add_functional(&p, &d);
	}
	end_config(&p, s->nbytes);
	v->lost = w.r.pos < s->nbytes;
	v->lost_at = w.r.pos;
}
