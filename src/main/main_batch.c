/* SPDX-License-Identifier: ISC */
/* What runs without a screen, and the targets of everything. */
#include "config.h"

#include "main/main_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "command/command.h"
#include "command/recipe.h"
#include "dfu/image.h"
#include "job/job.h"
#include "main/out.h"
#include "report/batch.h"
#include "report/image.h"
#include "source/source.h"

/* Events that a batch keeps in memory: enough for the longest block. */
#define BATCH_KEEP	4096
#define MAX_RECIPE	(1024 * 1024)
#define MAX_IMAGE	(256 * 1024 * 1024)

/* Targets. */

struct transport *main_tapped;

/* A tool can be traced where somebody may ask for it. */
static struct transport *
tapped(const struct options *o, struct transport *t)
{
	if (t->ops != &transport_usb || (o->sub != SUB_CONSOLE &&
	    o->sub != SUB_TRACE))
		return (t);
	main_tapped = transport_tap(t);
	return (main_tapped);
}

static struct transport **
open_targets(const struct options *o, struct dev_numbers *numbers,
    size_t *n, struct buf *error)
{
	struct transport **open;
	size_t i, wanted = o->ntargets != 0 ? o->ntargets : 1;

	open = mem_array(NULL, wanted, sizeof(*open));
	for (i = 0; i < wanted; i++) {
		open[i] = transport_open(o->ntargets != 0 ? o->targets[i] :
		    "usb", numbers, error);
		if (open[i] == NULL)
			break;
		open[i] = tapped(o, open[i]);
	}
	*n = i;
	if (i == wanted)
		return (open);
	/* *n stays the index of the one that failed. */
	while (i-- > 0)
		open[i]->ops->close(open[i]);
	free(open);
	return (NULL);
}

/* A target that cannot be opened: the words are wrong, or the file is. */
static int
target_code(const char *target)
{
	const char *file = NULL;

	if (strncmp(target, "replay:", 7) == 0)
		file = target + 7;
	else if (strncmp(target, "recording:", 10) == 0)
		file = target + 10;
	if (file != NULL)
		return (access(file, R_OK) == 0 ? EX_DATAERR : EX_NOINPUT);
	return (strcmp(target, "usb") == 0 ||
	    strcmp(target, "usb,dialect=dfuse") == 0 ||
	    strcmp(target, "usb,dialect=plain") == 0 ?
	    EX_UNAVAILABLE : EX_USAGE);
}

/* Says what would be lost if a journal took the place of that file. */
static bool
is_something_else(const char *journal, struct buf *error)
{
	const struct source_kind *kind;
	uint8_t head[SOURCE_SNIFF];
	struct buf words = { 0 };
	struct stat st;
	ssize_t n = -1;
	int fd;

	if (journal == NULL || stat(journal, &st) != 0 ||
	    !S_ISREG(st.st_mode) || (fd = file_open(journal, error)) < 0)
		return (error->len != 0);
	n = pread(fd, head, sizeof(head), 0);
	close(fd);
	kind = source_sniff(head, n > 0 ? (size_t)n : 0, &words);
	if (kind == NULL || strcmp(kind->name, "journal") != 0) {
		buf_adds(error, "journal ");
		text_escape(error, journal, strlen(journal));
		buf_addf(error, ": not written: the file exists and is "
		    "probably %s; only a journal is replaced", words.len != 0 ?
		    buf_str(&words) : "something else");
	}
	buf_free(&words);
	return (error->len != 0);
}

/* What is replayed is not written over. */
static bool
is_recording(const struct options *o, const char *journal, struct buf *error)
{
	const char *target;
	struct stat a, b;
	size_t i;

	if (journal == NULL || stat(journal, &a) != 0)
		return (false);
	for (i = 0; i < o->ntargets; i++) {
		target = o->targets[i];
		if (strncmp(target, "replay:", 7) != 0 ||
		    stat(target + 7, &b) != 0 || a.st_dev != b.st_dev ||
		    a.st_ino != b.st_ino)
			continue;
		buf_adds(error, "journal ");
		text_escape(error, journal, strlen(journal));
		buf_adds(error, ": not written: it is the recording being "
		    "replayed");
		return (true);
	}
	return (false);
}

/* The targets, opened, under a loop; NULL: error and code say why not. */
struct loop *
main_make_loop(const struct options *o, struct loop_config *config, int *code,
    struct buf *error)
{
	/* The transports count with it for as long as they are open. */
	static struct dev_numbers numbers;
	struct transport **open;
	size_t n;

	*code = EX_DATAERR;
	if (is_something_else(config->journal, error) ||
	    is_recording(o, config->journal, error))
		return (NULL);
	open = open_targets(o, &numbers, &n, error);
	if (open == NULL) {
		*code = target_code(o->ntargets != 0 ? o->targets[n] : "usb");
		return (NULL);
	}
	*code = EX_IOERR;
	config->code = code;
	config->filter = o->narrowed ? &o->filter : NULL;
	config->payload = o->payload;
	config->target = o->ntargets == 1 ? o->targets[0] :
	    o->ntargets == 0 ? "usb" : NULL;
	return (loop_new(config, open, n, error));
}

static int
run_batch(const struct options *o, struct batch_config *batch, size_t keep)
{
	struct loop_config config = { .keep = keep, .virtual = true,
	    .policy = { .yes = o->yes, .wake = o->wake,
	    .read_only = o->read_only },
	    .journal = o->journal };
	struct buf error = { 0 };
	struct frontend *frontend;
	struct loop *l;
	int code, trouble;

	batch->json = o->json;
	batch->one_reader = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
	batch->out = stdout;
	batch->err = stderr;
	frontend = batch_new(batch);
	l = main_make_loop(o, &config, &trouble, &error);
	/* Nobody waits for what is simulated, and a real device waits not. */
	if (l != NULL)
		out_patient(loop_app(l)->simulated ||
		    loop_app(l)->policy.past);
	if (l != NULL)
		trouble = loop_run(l, frontend, &error);
	loop_free(l);
	if (error.len != 0)
		main_complain(trouble, &error);
	code = batch_code(frontend);
	batch_free(frontend);
	buf_free(&error);
	return (trouble != 0 ? trouble : code);
}

int
main_list(const struct options *o)
{
	struct batch_config batch = { .script = o->names ? "names" : NULL,
	    .most = SIZE_MAX, .list = true, .verbose = o->verbose };

	return (run_batch(o, &batch, BATCH_KEEP));
}

/* Checks a recipe and all it sources, before any device is looked for. */
static bool
check_recipe(const char *path, char *const *args, size_t nargs, size_t *keep,
    int *code, struct buf *error)
{
	struct buf text = { 0 };
	struct recipe_check check;
	const char *wanted;
	bool ok = true;

	recipe_check_begin(&check, path, args, nargs);
	while (ok && (wanted = recipe_check_wants(&check)) != NULL) {
		*code = EX_NOINPUT;
		buf_reset(&text);
		ok = file_read(wanted, MAX_RECIPE, &text, error);
		if (ok) {
			*code = EX_DATAERR;
			ok = recipe_check_give(&check, text.data, text.len,
			    error);
		}
	}
	if (check.sources.whole)
		*keep = 0;
	recipe_check_end(&check);
	buf_free(&text);
	return (ok);
}

/* "source FILE NAME=VALUE...", quoted. */
static void
add_source(struct buf *script, const char *path, char *const *args,
    size_t nargs)
{
	size_t i;

	buf_adds(script, "source ");
	text_quote(script, path, strlen(path));
	for (i = 0; i < nargs; i++) {
		buf_addc(script, ' ');
		text_quote(script, args[i], strlen(args[i]));
	}
	buf_addc(script, '\n');
}

/* Recipes, each with its parameters behind it, then what -x says. */
static bool
compile_script(const struct options *o, struct buf *script, size_t *keep,
    int *code, struct buf *error)
{
	struct recipe_sources sources = { 0 };
	struct job *j;
	size_t i, n;

	for (i = 0; i < o->nfiles; i += 1 + n) {
		for (n = 0; i + 1 + n < o->nfiles &&
		    recipe_is_argument(o->files[i + 1 + n]); n++)
			continue;
		if (!check_recipe(o->files[i], o->files + i + 1, n, keep,
		    code, error))
			return (false);
		add_source(script, o->files[i], o->files + i + 1, n);
	}
	buf_add(script, o->script.data, o->script.len);
	if (script->len > 0 && script->data[script->len - 1] == '\n')
		buf_cut(script, script->len - 1);
	j = command_compile_in(buf_str(script), &sources, error, NULL);
	if (sources.whole)
		*keep = 0;
	recipe_sources_free(&sources);
	job_free(j);
	*code = EX_USAGE;
	return (j != NULL);
}

int
main_run(const struct options *o)
{
	struct batch_config batch = { .most = o->all ? SIZE_MAX :
	    o->ntargets > 1 ? o->ntargets : 1, .rounds = o->rounds };
	struct buf script = { 0 }, error = { 0 };
	size_t keep = BATCH_KEEP;
	int code = 0;

	if (compile_script(o, &script, &keep, &code, &error)) {
		batch.script = buf_str(&script);
		code = run_batch(o, &batch, keep);
	} else {
		main_complain(code, &error);
	}
	buf_free(&script);
	buf_free(&error);
	return (code);
}

/* A firmware file, and the devices it is held against. */
struct fitting {
	const char		*path;
	const struct image	*image;
	bool			 json;
	size_t			 devices;
	size_t			 unfit;
};

static void
fit_device(struct buf *b, const struct session *s, void *argument)
{
	struct fitting *f = argument;
	bool good;

	f->devices++;
	if (f->json)
		good = image_fit_json(b, f->path, f->image, s, EX_DATAERR);
	else
		good = image_fit_text(b, f->image, s);
	f->unfit += !good;
}

/* Against each device that is meant, if any is; returns the exit code. */
static int
info_devices(const struct options *o, const char *path,
    const struct image *image)
{
	struct fitting f = { .path = path, .image = image, .json = o->json };
	struct batch_config batch = { .most = SIZE_MAX, .list = true,
	    .each = fit_device, .argument = &f };
	int code;

	if (o->ntargets == 0 && !o->narrowed)
		return (0);
	fflush(stdout);
	code = run_batch(o, &batch, BATCH_KEEP);
	if (code != 0)
		return (code);
	return (f.devices == 0 ? EX_UNAVAILABLE : f.unfit != 0 ? EX_DATAERR :
	    0);
}

/* Says what one firmware file is; returns the exit code for it. */
static int
info_file(const struct options *o, const char *path, bool raw)
{
	struct buf bytes = { 0 }, error = { 0 }, b = { 0 };
	struct image image = { 0 };
	int code = EX_NOINPUT;
	bool ok;

	ok = file_read(path, MAX_IMAGE, &bytes, &error);
	if (ok) {
		code = EX_DATAERR;
		text_escape(&error, path, strlen(path));
		buf_adds(&error, ": ");
		ok = image_read_file(&image, path, raw, bytes.data,
		    bytes.len, &error);
	}
	if (ok)
		code = image_wrong(&image) != NULL ? EX_DATAERR : 0;
	else if (o->json)
		image_json_error(&b, path, buf_str(&error), code);
	else
		main_complain(code, &error);
	if (ok && o->json)
		image_json(&b, path, &image, code);
	else if (ok)
		image_text(&b, path, &image);
	fputs(buf_str(&b), stdout);
	if (ok && code == 0)
		code = info_devices(o, path, &image);
	image_free(&image);
	buf_free(&bytes);
	buf_free(&error);
	buf_free(&b);
	return (code);
}

/* "as raw" behind a file, as flash has it. */
static bool
is_raw(const struct options *o, size_t i)
{
	return (i + 2 < o->nfiles && strcmp(o->files[i + 1], "as") == 0 &&
	    strcmp(o->files[i + 2], "raw") == 0);
}

int
main_info(const struct options *o)
{
	int code = 0, worst = 0;
	bool raw;
	size_t i;

	for (i = 0; i < o->nfiles; i += raw ? 3 : 1) {
		raw = is_raw(o, i);
		code = info_file(o, o->files[i], raw);
		worst = code > worst ? code : worst;
	}
	return (worst);
}
