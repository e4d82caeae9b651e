/* SPDX-License-Identifier: ISC */
/* What a text is that is no log of a DFU tool. */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "source/log_own.h"

struct seems {
	const char	*words;
	unsigned	 least;		/* of these have to be there */
	const char	*signs[8];
};

/* The first that fits. */
static const struct seems rows[] = {
	{ "an HTML page", 1, { "<!DOCTYPE html", "<!doctype html", "<html",
	    "<HTML", "<body", "<div " } },
	{ "a log of avrdude, another programmer", 1, { "avrdude:",
	    "AVR device initialized", "avrdude done" } },
	{ "a log of esptool, another programmer", 1, { "esptool.py",
	    "esptool v", "Chip is ESP", "Hard resetting via RTS" } },
	{ "a log of OpenOCD, another programmer", 1, {
	    "Open On-Chip Debugger", "** Programming Started **",
	    "Info : clock speed", "openocd -f" } },
	{ "a log of st-flash, another programmer", 1, { "st-flash ",
	    "stlink-", "Flash written and verified! jolly good!" } },
	{ "a log of J-Link, another programmer", 1, { "SEGGER J-Link",
	    "J-Link>" } },
	{ "a log of bossac, another programmer", 1, { "bossac",
	    "Atmel SMART device" } },
	{ "a log of stm32flash, another programmer", 1, { "stm32flash 0",
	    "Using Parser : Raw BINARY", "Interface serial_posix" } },
	{ "a log of picotool, another programmer", 1, { "picotool ",
	    "Loading into Flash:", "BOOTSEL mode" } },
	{ "a log of teensy_loader, another programmer", 1, {
	    "Teensy Loader", "HalfKay" } },
	{ "a log of Nordic's DFU, another protocol of that name", 1, {
	    "DFU over BLE", "DfuTarg", "nrfutil", "adafruit-nrfutil",
	    "Sending DFU init packet", "DFU package", "init packet",
	    "McuMgr" } },
	{ "a log about Apple's DFU, another protocol of that name", 1, {
	    "idevicerestore", "checkm8", "irecovery", "futurerestore",
	    "checkra1n", "iBoot", "palera1n", "iTunes" } },
	{ "a log of a router's or phone's flash tool", 1, { "SP Flash Tool",
	    "fastboot: ", "Heimdall v", "target reported max download" } },
	{ "source code (C)", 2, { "#include", "static ", "switch (",
	    "return (", "enum {", "struct ", "/*", "};" } },
	{ "source code (Python)", 2, { "def ", "import ", "self.", "    return",
	    "elif ", "class " } },
	{ "source code (JavaScript)", 2, { "function ", "const ", "=> {",
	    "await ", "let ", "});" } },
	{ "source code (Rust)", 2, { "fn ", "let mut ", "impl ", "pub " } },
	{ "a shell script", 1, { "#!/bin/sh", "#!/bin/bash",
	    "#!/usr/bin/env" } },
	{ "a configuration in YAML", 2, { "jobs:", "steps:", "runs-on:",
	    "- name:", "- uses:", "on:\n" } },
	{ "a build script", 2, { "CMakeLists", "add_executable",
	    "target_link", ".PHONY", "$(CC)", "$(MAKE)" } },
	{ "a patch", 2, { "diff --git", "\n@@ ", "\n+++ ", "\n--- " } },
	{ "a text in Markdown", 2, { "\n## ", "\n# ", "\n- ", "](http",
	    "\n```", "# " } },
	{ "a text in JSON", 2, { "{\"", "\": ", "\":", "}," } },
};

static bool
has(const char *text, size_t n, const char *sign)
{
	return (memmem(text, n, sign, strlen(sign)) != NULL);
}

static bool
fits(const struct seems *row, const char *text, size_t n)
{
	unsigned found = 0;
	size_t i;

	for (i = 0; i < sizeof(row->signs) / sizeof(row->signs[0]); i++)
		found += row->signs[i] != NULL && has(text, n, row->signs[i]);
	return (found >= row->least);
}

const char *
log_seems(const char *text, size_t n)
{
	size_t i, words = 0, lines = 1;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (fits(&rows[i], text, n))
			return (rows[i].words);
	}
	for (i = 1; i < n; i++) {
		words += text[i] == ' ' && isalpha((unsigned char)text[i - 1]);
		lines += text[i] == '\n';
	}
	return (words > 4 * lines ? "prose" :
	    "a text of another kind");
}

const char *
source_log_seems(const uint8_t *p, size_t n)
{
	return (log_seems((const char *)p, n));
}
