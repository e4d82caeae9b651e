/* SPDX-License-Identifier: ISC */
#include "session/filter.h"

#include <string.h>

#include "base/text.h"
#include "dfu/descriptor.h"

void
filter_init(struct filter *f)
{
	*f = (struct filter){ .vendor = FILTER_ANY, .product = FILTER_ANY,
	    .dfu_vendor = FILTER_ANY, .dfu_product = FILTER_ANY,
	    .devnum = FILTER_ANY, .interface = FILTER_ANY };
}

/* One id of n characters. */
static bool
parse_id(const char *s, size_t n, int *id)
{
	char word[8];
	uint64_t v;

	*id = FILTER_ANY;
	if (n == 0 || (n == 1 && *s == '*'))
		return (true);
	if (n == 1 && *s == '-') {
		*id = FILTER_NONE;
		return (true);
	}
	if (n >= sizeof(word))
		return (false);
	memcpy(word, s, n);
	word[n] = '\0';
	if (!text_hexnumber(strncmp(word, "0x", 2) == 0 ? word + 2 : word,
	    UINT16_MAX, &v))
		return (false);
	*id = (int)v;
	return (true);
}

static bool
parse_pair(const char *s, size_t n, int *vendor, int *product)
{
	const char *colon = memchr(s, ':', n);
	size_t left;

	if (colon == NULL) {
		*product = FILTER_ANY;
		return (parse_id(s, n, vendor));
	}
	left = (size_t)(colon - s);
	return (parse_id(s, left, vendor) &&
	    parse_id(colon + 1, n - left - 1, product));
}

bool
filter_parse_ids(struct filter *f, const char *s, struct buf *error)
{
	size_t n = strcspn(s, ",");

	if (!parse_pair(s, n, &f->vendor, &f->product))
		goto bad;
	f->dfu_vendor = f->vendor;
	f->dfu_product = f->product;
	if (s[n] == ',' && !parse_pair(s + n + 1, strlen(s + n + 1),
	    &f->dfu_vendor, &f->dfu_product))
		goto bad;
	return (true);
bad:
	buf_adds(error, "-d: expected [VID]:[PID][,[VID]:[PID]] in "
	    "hexadecimal, not \"");
	text_escape(error, s, strlen(s));
	buf_addc(error, '"');
	return (false);
}

static bool
id_matches(int wanted, uint16_t id)
{
	return (wanted == FILTER_ANY || wanted == (int)id);
}

static bool
alternate_matches(const struct filter *f, const struct identity *who,
    const struct dfu_function *fn)
{
	const char *name;
	uint64_t number;
	size_t i;

	if (f->alternate == NULL)
		return (true);
	for (i = 0; i < fn->nalternates; i++) {
		name = identity_name_of(who, fn->bInterfaceNumber,
		    fn->alternates[i].bAlternateSetting);
		if (text_number(f->alternate, UINT8_MAX, &number) ?
		    number == fn->alternates[i].bAlternateSetting :
		    name != NULL && strcmp(name, f->alternate) == 0)
			return (true);
	}
	return (false);
}

static bool
function_matches(const struct filter *f, const struct identity *who,
    const struct dfu_function *fn)
{
	int vendor = fn->runtime ? f->vendor : f->dfu_vendor;
	int product = fn->runtime ? f->product : f->dfu_product;

	return (id_matches(vendor, who->vendor) &&
	    id_matches(product, who->product) &&
	    id_matches(f->interface, fn->bInterfaceNumber) &&
	    alternate_matches(f, who, fn));
}

static bool
is_place(const char *wanted, const char *place)
{
	return (place != NULL && strcmp(wanted, place) == 0);
}

bool
filter_matches(const struct filter *f, const struct identity *who)
{
	struct dfu_descriptors d;
	bool found = false;
	size_t i;

	/* Either side of a USB 3 port is a name of it. */
	if (f->path != NULL && !is_place(f->path, who->place) &&
	    !is_place(f->path, who->peer))
		return (false);
	if (f->serial != NULL &&
	    (who->serial == NULL || strcmp(f->serial, who->serial) != 0))
		return (false);
	if (!id_matches(f->devnum, who->devnum))
		return (false);
	dfu_descriptors_parse(&d, who->descriptors.data,
	    who->descriptors.len);
	for (i = 0; i < d.nfunctions && !found; i++)
		found = function_matches(f, who, &d.functions[i]);
	dfu_descriptors_free(&d);
	return (found);
}
