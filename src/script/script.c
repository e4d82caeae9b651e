/* SPDX-License-Identifier: ISC */
/*
 * The tools and their versions. Read in the sources of the tools that each row
 * names; the requests of dfu-util are held against the real one in tests/lab.
 */
#include "script/script.h"

#include <string.h>

#include "script/script_own.h"

const struct script *const scripts[] = {
	script_dfu_util,
	script_pydfu,
	script_fwupd,
	script_webdfu,
	script_betaflight,
};
const size_t scripts_count = sizeof(scripts) / sizeof(scripts[0]);

const char *const script_tasks[SCRIPT_FLASH + 1] = {
	[SCRIPT_OPEN] = "open",
	[SCRIPT_LEAVE] = "leave",
	[SCRIPT_FLASH] = "flash",
};

/* The tool at the begin of a name, and what stands behind it and a dash. */
static const struct script *
tool_of(const char *name, const char **version)
{
	size_t i, n;

	for (i = 0; i < scripts_count; i++) {
		n = strlen(scripts[i]->name);
		if (strncmp(name, scripts[i]->name, n) != 0 ||
		    (name[n] != '\0' && name[n] != '-'))
			continue;
		if (name[n] == '-')
			*version = name + n + 1;
		return (scripts[i]);
	}
	return (NULL);
}

const struct script *
script_named(const char *name, const char *version)
{
	const struct script *d = tool_of(name, &version);

	for (; d != NULL && d->name != NULL; d++) {
		if (version == NULL || strcmp(d->version, version) == 0)
			return (d);
	}
	return (NULL);
}

void
script_called(const struct script *d, struct buf *b)
{
	buf_adds(b, d->name);
	if (script_named(d->name, NULL) != d)
		buf_addf(b, " %s", d->version);
}

char
script_letter(const struct script_poll *p, bool first, uint8_t state)
{
	const char *letters = first && p->first != NULL ? p->first : p->then;

	return (letters[state < SCRIPT_STATES - 1 ? state :
	    SCRIPT_STATES - 1]);
}

const char *
script_letter_words(char letter)
{
	static const struct {
		char		 letter;
		const char	*words;
	} rows[] = {
		{ SCRIPT_GO, "continues" },
		{ SCRIPT_NEXT, "continues" },
		{ SCRIPT_POLL, "polls again" },
		{ SCRIPT_ABORT_ASK, "sends ABORT and polls again" },
		{ SCRIPT_CLEAR_ASK, "sends CLRSTATUS and polls again" },
		{ SCRIPT_ABORT_GO, "sends ABORT and continues" },
		{ SCRIPT_CLEAR_GO, "sends CLRSTATUS and continues" },
		{ SCRIPT_RESET_GO, "resets the bus and continues" },
		{ SCRIPT_FAIL, "ends with an error" },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].letter == letter)
			return (rows[i].words);
	}
	return (NULL);
}
