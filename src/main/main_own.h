/* SPDX-License-Identifier: ISC */
/*
 * What the files of main share: one function a subcommand, and the loop on
 * the targets that the command line names. Nobody else looks inside.
 */
#ifndef MAIN_MAIN_OWN_H
#define MAIN_MAIN_OWN_H

#include <stdbool.h>

#include "base/buf.h"
#include "loop/loop.h"
#include "main/options.h"

/* Says what is wrong; returns code, what the program ends with. */
int	main_complain(int code, const struct buf *error);

/*
 * main_batch.c. The targets, opened, under a loop; NULL: error and *code say
 * why not.
 */
struct loop	*main_make_loop(const struct options *o,
		    struct loop_config *config, int *code,
		    struct buf *error);
/* The one that can trace a tool among the targets of the latest loop. */
extern struct transport	*main_tapped;

int	main_list(const struct options *o);
int	main_run(const struct options *o);
int	main_info(const struct options *o);

/* main_doctor.c */
int	main_doctor(const struct options *o);

/* main_serve.c */
int	main_serve(const struct options *o);

/* main_learn.c */
int	main_learn(struct options *o);

/*
 * main_menu.c: shows the menu until something is chosen; *opens: m->selected,
 * else it was left. False: error says why there is no terminal for it.
 */
struct menu;
bool	main_menu(struct menu *m, bool *opens, struct buf *error);

/* main_trace.c */
int	main_trace(const struct options *o);

/* main_console.c */
int	main_config(void);
int	main_console(const struct options *o);
/* The operator's own file. What is wrong in it goes to errors, by lines. */
struct rc;
void	main_load_rc(struct rc *rc, struct buf *errors);
struct console_config;
int	main_run_console(const struct options *o,
	    struct console_config *console, const char *journal);

/* The console on a loop that is made already; notice is its first word. */
int	main_watch(struct loop *l, const char *notice);

#endif
