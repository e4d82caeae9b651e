/* SPDX-License-Identifier: ISC */
#include "trace/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct identity *
identity_new(void)
{
	return (mem_alloc(sizeof(struct identity)));
}

void
identity_free(struct identity *who)
{
	size_t i;

	if (who == NULL)
		return;
	for (i = 0; i < who->nnames; i++)
		free(who->names[i].text);
	free(who->names);
	free(who->transport);
	free(who->place);
	free(who->peer);
	free(who->manufacturer);
	free(who->product_name);
	free(who->serial);
	free(who->holder);
	free(who->more);
	buf_free(&who->descriptors);
	free(who);
}

struct identity *
identity_copy(const struct identity *from)
{
	struct identity *who = identity_new();
	size_t i;

	*who = *from;
	who->transport = mem_strdup(from->transport);
	who->place = mem_strdup(from->place);
	who->peer = mem_strdup(from->peer);
	who->manufacturer = mem_strdup(from->manufacturer);
	who->product_name = mem_strdup(from->product_name);
	who->serial = mem_strdup(from->serial);
	who->holder = mem_strdup(from->holder);
	who->more = mem_strdup(from->more);
	who->descriptors = (struct buf){ 0 };
	buf_add(&who->descriptors, from->descriptors.data,
	    from->descriptors.len);
	who->names = NULL;
	who->nnames = 0;
	for (i = 0; i < from->nnames; i++)
		identity_name(who, from->names[i].interface,
		    from->names[i].alternate, from->names[i].text,
		    strlen(from->names[i].text));
	return (who);
}

static bool
same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a == b);
	return (strcmp(a, b) == 0);
}

static bool
same_names(const struct identity *a, const struct identity *b)
{
	size_t i;

	if (a->nnames != b->nnames)
		return (false);
	for (i = 0; i < a->nnames; i++) {
		if (a->names[i].interface != b->names[i].interface ||
		    a->names[i].alternate != b->names[i].alternate ||
		    strcmp(a->names[i].text, b->names[i].text) != 0)
			return (false);
	}
	return (true);
}

static bool
same_numbers(const struct identity *a, const struct identity *b)
{
	return (a->vendor == b->vendor && a->product == b->product &&
	    a->version == b->version && a->bus == b->bus &&
	    a->devnum == b->devnum && a->incarnation == b->incarnation &&
	    a->suspended == b->suspended && a->lacks == b->lacks);
}

bool
identity_equal(const struct identity *a, const struct identity *b)
{
	return (same_numbers(a, b) &&
	    same_text(a->transport, b->transport) &&
	    same_text(a->place, b->place) && same_text(a->peer, b->peer) &&
	    same_text(a->manufacturer, b->manufacturer) &&
	    same_text(a->product_name, b->product_name) &&
	    same_text(a->serial, b->serial) &&
	    same_text(a->holder, b->holder) &&
	    same_text(a->more, b->more) &&
	    a->descriptors.len == b->descriptors.len &&
	    (a->descriptors.len == 0 ||
	    memcmp(a->descriptors.data, b->descriptors.data,
	    a->descriptors.len) == 0) &&
	    same_names(a, b));
}

void
identity_name(struct identity *who, uint8_t interface, uint8_t alternate,
    const char *text, size_t n)
{
	struct alternate_name *name;

	who->names = mem_array(who->names, who->nnames + 1,
	    sizeof(*who->names));
	name = &who->names[who->nnames++];
	name->interface = interface;
	name->alternate = alternate;
	name->text = mem_alloc(n + 1);
	if (n != 0)
		memcpy(name->text, text, n);
}

const char *
identity_name_of(const struct identity *who, uint8_t interface,
    uint8_t alternate)
{
	size_t i;

	for (i = 0; i < who->nnames; i++) {
		if (who->names[i].interface == interface &&
		    who->names[i].alternate == alternate)
			return (who->names[i].text);
	}
	return (NULL);
}
