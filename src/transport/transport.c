#include "transport/transport.h"

#include <string.h>

#include "base/text.h"

/* In the order in which an unknown target is told of them. */
static const struct transport_ops *const transports[] = {
	&transport_usb,
	&transport_sim,
	&transport_replay,
	&transport_recording,
};
#define NTRANSPORTS	(sizeof(transports) / sizeof(transports[0]))

static void
unknown_target(const char *target, struct buf *error)
{
	size_t i;

	buf_adds(error, "target \"");
	text_escape(error, target, strlen(target));
	buf_adds(error, "\" is not known; there are");
	for (i = 0; i < NTRANSPORTS; i++)
		buf_addf(error, "%s %s", i == 0 ? "" : ",",
		    transports[i]->usage);
}

struct transport *
transport_open(const char *target, struct dev_numbers *numbers,
    struct buf *error)
{
	size_t i, n = strcspn(target, ":");

	for (i = 0; i < NTRANSPORTS; i++) {
		if (strlen(transports[i]->name) != n ||
		    strncmp(transports[i]->name, target, n) != 0)
			continue;
		return (transports[i]->open(target[n] == ':' ?
		    target + n + 1 : "", numbers, error));
	}
	unknown_target(target, error);
	return (NULL);
}
