/* SPDX-License-Identifier: ISC */
/* The ways out of a state. */
#include "command/cmd.h"

#include "base/line.h"
#include "base/nearest.h"
#include "diagnosis/recovery.h"
#include "job/jobs.h"

static void
name_actions(struct line_reader *w, struct buf *error)
{
	struct nearest near;
	int i;

	nearest_begin(&near, line_peek(w));
	for (i = 0; i < RECOVERY_COUNT; i++)
		nearest_offer(&near, recovery_rows[i].id);
	buf_adds(error, "unknown recovery action ");
	line_show(w, error);
	if (nearest_ask(&near, error))
		return;
	buf_adds(error, "; known:");
	for (i = 0; i < RECOVERY_COUNT; i++)
		buf_addf(error, " %s,", recovery_rows[i].id);
	buf_adds(error, " next, all, save");
}

static struct job *
compile_save(struct line_reader *w, struct buf *error)
{
	struct job *j;

	if (line_peek(w) == NULL) {
		buf_adds(error, "expected a file name");
		return (NULL);
	}
	j = job_recover_save(line_peek(w));
	line_take(w);
	return (j);
}

static struct job *
compile_recover(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int action;

	(void)row;
	if (line_peek(w) == NULL)
		return (job_recover(RECOVER_UNTIL, RECOVERY_WAIT));
	if (line_accept(w, "next"))
		return (job_recover(RECOVER_NEXT, RECOVERY_WAIT));
	if (line_accept(w, "all"))
		return (job_recover(RECOVER_ALL, RECOVERY_WAIT));
	if (line_accept(w, "save"))
		return (compile_save(w, error));
	action = recovery_named(line_peek(w));
	if (action < 0) {
		name_actions(w, error);
		return (NULL);
	}
	line_take(w);
	return (job_recover(RECOVER_ONE, (enum recovery_action)action));
}

const struct command_row cmd_recover[] = {
	{ .name = "recover", .args = "[ACTION | next | all | save FILE]",
	    .sentence = "run recovery actions, least invasive first; all: a "
	    "bus reset too; save: write what worked as a recipe",
	    .group = COMMAND_JOB, .danger = DFU_DANGER_LOSES,
	    .compile = compile_recover,
	    .places = {
	    { .words = WORDS_RECOVERY, .literals = "next all save" },
	    { .words = WORDS_FILE, .under = "save" } } },
	{ .name = NULL },
};
