/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "transport/usb_look.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/identity.h"
#include "transport/usb_holder.h"

void
usb_look_init(struct usb_look *l, const char *place, unsigned bus,
    unsigned devnum, bool late)
{
	*l = (struct usb_look){
		.place = mem_strdup(place),
		.bus = bus,
		.devnum = devnum,
		.late = late
	};
}

void
usb_look_run(struct usb_look *l)
{
	char node[USB_NODE_LENGTH];

	if (l->place[0] == '\0')
		return;
	l->who = usb_sysfs_identity(l->place, l->devnum, &l->interfaces);
	if (l->who == NULL)
		return;
	l->peer = usb_sysfs_peer(l->place);
	l->complete = l->late ||
	    usb_sysfs_settled(l->place, &l->interfaces);
	if (!l->complete)
		return;
	usb_node(node, l->bus, l->devnum);
	usb_sysfs_names(l->who, l->place, &l->interfaces);
	l->who->transport = mem_strdup("usb");
	l->who->bus = (uint16_t)l->bus;
	l->who->holder = usb_holder(l->place, &l->interfaces, node);
}

void
usb_look_free(struct usb_look *l)
{
	identity_free(l->who);
	free(l->peer);
	free(l->place);
	*l = (struct usb_look){ 0 };
}
