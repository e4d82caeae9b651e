/* SPDX-License-Identifier: ISC */
#include "session/severity.h"

#include <stddef.h>

const char *
severity_name(enum severity s)
{
	switch (s) {
	case SEVERITY_NOTE:
		return ("note");
	case SEVERITY_WARNING:
		return ("warning");
	case SEVERITY_ERROR:
		return ("error");
	}
	return (NULL);
}
