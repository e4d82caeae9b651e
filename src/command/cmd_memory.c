/* SPDX-License-Identifier: ISC */
/* Into DFU mode, what is in the memory, and out again. */
#include "command/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "job/jobs.h"
#include "session/limits.h"
#include "session/session.h"

static struct job *
compile_leave(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);
	bool has_address = word != NULL && strcmp(word, "max") != 0;
	unsigned max = LIMIT_LEAVE;
	uint64_t address = 0;

	(void)row;
	if (has_address && !line_number(w, CMD_ADDRESS, UINT32_MAX, &address,
	    error))
		return (NULL);
	if (!cmd_optional_max(w, &max, error))
		return (NULL);
	return (job_leave(has_address, (uint32_t)address, max,
	    LIMIT_LEAVE_S * 1000));
}

/* "as raw", fits and here, which verify takes, too. */
static bool
take_part(struct line_reader *w, struct flash_order *order, bool *any,
    struct buf *error)
{
	bool as = line_accept(w, "as");
	bool fits = !as && line_accept(w, "fits");
	bool here = !as && !fits && line_accept(w, "here");

	*any = as || fits || here;
	order->raw |= as;
	order->fits |= fits;
	order->here |= here;
	if (!as || line_accept(w, "raw"))
		return (true);
	buf_adds(error, "expected \"as raw\", not as ");
	line_show(w, error);
	return (false);
}

/* The address stands ahead of or behind them. */
static bool
take_parts(struct line_reader *w, struct flash_order *order,
    struct buf *error)
{
	bool any = true;

	while (any) {
		if (!take_part(w, order, &any, error))
			return (false);
		if (!order->has_address && !cmd_optional_address(w,
		    &order->has_address, &order->address, error))
			return (false);
	}
	return (true);
}

/* verify, leave [max N], no-read and those above, in any order. */
static bool
take_order(struct line_reader *w, struct flash_order *order, struct buf *error)
{
	bool any;

	order->max = LIMIT_LEAVE;
	for (;;) {
		if (line_accept(w, "verify")) {
			order->verify = true;
		} else if (line_accept(w, "no-read")) {
			order->no_read = true;
		} else if (line_accept(w, "leave")) {
			order->leave = true;
			order->has_max |= line_peek(w) != NULL &&
			    strcmp(line_peek(w), "max") == 0;
			if (!cmd_optional_max(w, &order->max, error))
				return (false);
		} else {
			if (!take_part(w, order, &any, error))
				return (false);
			if (!any)
				return (true);
		}
	}
}

static struct job *
compile_flash(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct flash_order order = { 0 };
	char *path = cmd_take_path(w, error);
	struct job *j = NULL;

	order.only_verify = strcmp(row->name, "verify") == 0;
	if (path != NULL && take_parts(w, &order, error) &&
	    (order.only_verify || take_order(w, &order, error)))
		j = job_flash(path, &order);
	free(path);
	return (j);
}

static bool
take_range(struct line_reader *w, uint32_t *address, uint32_t *length,
    struct buf *error)
{
	uint64_t a, n;

	if (!line_number(w, CMD_ADDRESS, UINT32_MAX, &a, error) ||
	    !line_number(w, "a length in bytes", UINT32_MAX, &n, error))
		return (false);
	if (n == 0 || n > (UINT64_C(1) << 32) - a) {
		buf_addf(error, "the range of %llu bytes ends past 0xffffffff",
		    (unsigned long long)n);
		return (false);
	}
	*address = (uint32_t)a;
	*length = (uint32_t)n;
	return (true);
}

static struct job *
compile_read(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	uint32_t address = 0, length = 0;
	bool ranged = cmd_starts_number(w);
	struct job *j;
	char *path;

	(void)row;
	if (ranged && !take_range(w, &address, &length, error))
		return (NULL);
	path = cmd_take_path(w, error);
	if (path == NULL)
		return (NULL);
	j = job_read(ranged, address, length, path,
	    line_accept(w, "replace"));
	free(path);
	return (j);
}

static struct job *
compile_erase_range(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	uint32_t address, length;

	(void)row;
	if (!take_range(w, &address, &length, error))
		return (NULL);
	return (job_erase_range(address, length));
}

static const char *
refuse_leave(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	return (session_runtime(s) ? "not possible in run-time mode. Run "
	    "enter-dfu first" : NULL);
}

static const char *
refuse_enter(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	return (session_runtime(s) ? NULL : "the device is already in DFU "
	    "mode");
}

static const char *
refuse_dfuse(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	return (session_dialect(s) != DFU_DIALECT_PLAIN ? NULL :
	    "this command needs DfuSe; the device uses plain DFU 1.1");
}

const struct command_row cmd_memory[] = {
	{ .name = "leave", .args = "[ADDR] [max N]",
	    .sentence = "leave DFU mode: set address, zero-length DNLOAD, "
	    "poll until disconnected",
	    .group = COMMAND_JOB, .key = 'L', .label = "Leave",
	    .danger = DFU_DANGER_LOSES, .compile = compile_leave,
	    .refuse = refuse_leave,
	    .places = { { .literals = "max" } } },
	{ .name = "flash",
	    .args = "FILE [as raw] [ADDR] [verify] [leave [max N]] [no-read] "
	    "[here] [fits]",
	    .sentence = "write FILE: compare first, then erase and write what "
	    "differs. no-read: do not compare; here: this alternate setting "
	    "only; fits: skip data outside its memory; as raw: use the bytes "
	    "of FILE as they are",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_DESTROYS,
	    .compile = compile_flash, .refuse = refuse_leave,
	    .places = { { .words = WORDS_FILE },
	    { .literals = "as raw verify leave max no-read here fits",
	    .several = true } } },
	{ .name = "verify", .args = "FILE [as raw] [ADDR] [here] [fits]",
	    .sentence = "compare the memory with FILE; the options are those "
	    "of flash",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_LOSES,
	    .compile = compile_flash, .refuse = refuse_leave,
	    .places = { { .words = WORDS_FILE },
	    { .literals = "as raw here fits", .several = true } } },
	{ .name = "read", .args = "[ADDR LENGTH] FILE [replace]",
	    .sentence = "read memory into FILE; without ADDR: a plain upload "
	    "until a short block",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_LOSES,
	    .compile = compile_read, .refuse = refuse_leave,
	    .places = { { .words = WORDS_FILE }, { .literals = "replace" } } },
	{ .name = "erase-range", .args = "ADDR LENGTH",
	    .sentence = "erase every sector that has bytes of that range",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_DESTROYS,
	    .compile = compile_erase_range, .refuse = refuse_dfuse },
	{ .name = "wipe", .args = "",
	    .sentence = "erase the entire memory (mass erase) and wait until "
	    "it is done",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_DESTROYS,
	    .job = job_wipe, .refuse = refuse_dfuse },
	{ .name = "unprotect", .args = "",
	    .sentence = "remove read protection, which erases everything, and "
	    "wait for reconnection",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_DESTROYS,
	    .job = job_unprotect, .refuse = refuse_dfuse },
	{ .name = "enter-dfu", .args = "",
	    .sentence = "enter DFU mode: DETACH, bus reset if needed, wait "
	    "for reconnection",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_LOSES, .job = job_enter,
	    .refuse = refuse_enter },
	{ .name = NULL },
};
