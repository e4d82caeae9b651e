/* Commands that become jobs. */
#include "command/command_args.h"

#include <string.h>

#include "base/line.h"
#include "base/text.h"
#include "command/flow.h"
#include "dfu/spec.h"
#include "job/condition.h"
#include "job/jobs.h"
#include "session/limits.h"
#include "wire/usb.h"

/* libusb and usbfs carry no more in one control transfer. */
#define CONTROL_MAX	UINT16_MAX

struct job *
compile_class(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	(void)error;
	return (job_class(dfu_request_named(row->name)->bRequest));
}

/* A number if one stands there: -1 where the command ends instead. */
static bool
optional_number(struct line_reader *w, const char *what, uint64_t max, int *v,
    struct buf *error)
{
	uint64_t n;

	*v = -1;
	if (line_peek(w) == NULL)
		return (true);
	if (!line_number(w, what, max, &n, error))
		return (false);
	*v = (int)n;
	return (true);
}

struct job *
compile_detach(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int ms;

	(void)row;
	if (!optional_number(w, "wTimeout from 0 to 65535 ms", UINT16_MAX,
	    &ms, error))
		return (NULL);
	return (job_detach(ms));
}

/* hex:BYTES, if it stands there. */
static bool
optional_bytes(struct line_reader *w, struct buf *bytes, struct buf *error)
{
	const char *word = line_peek(w);

	if (word == NULL || strncmp(word, "hex:", 4) != 0)
		return (true);
	if (!text_unhex(bytes, word + 4, strlen(word + 4))) {
		buf_adds(error, "hex: takes pairs of hexadecimal digits, not ");
		line_show(w, error);
		return (false);
	}
	if (bytes->len == 0 || bytes->len > CONTROL_MAX) {
		buf_addf(error, "hex: takes 1 to %u bytes, not %zu",
		    CONTROL_MAX, bytes->len);
		return (false);
	}
	line_take(w);
	return (true);
}

static bool
is_payload(const char *word)
{
	return (word[0] == '@' || strncmp(word, "hex:", 4) == 0);
}

struct job *
compile_dnload(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);
	struct buf bytes = { 0 };
	struct job *j = NULL;
	int block = -1;

	(void)row;
	if (word != NULL && !is_payload(word) && !optional_number(w,
	    "a block number from 0 to 65535, hex:BYTES or @FILE", UINT16_MAX,
	    &block, error))
		return (NULL);
	word = line_peek(w);
	if (word != NULL && word[0] == '@' && word[1] != '\0') {
		j = job_dnload_file(block, word + 1);
		line_take(w);
	} else if (optional_bytes(w, &bytes, error)) {
		j = job_dnload(block, bytes.data, bytes.len);
	}
	buf_free(&bytes);
	return (j);
}

struct job *
compile_upload(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int block, length;

	(void)row;
	if (!optional_number(w, "a block number from 0 to 65535", UINT16_MAX,
	    &block, error) ||
	    !optional_number(w, "a length from 0 to 65535", UINT16_MAX,
	    &length, error))
		return (NULL);
	return (job_upload(block, length));
}

struct job *
compile_reset(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	(void)row;
	(void)w;
	(void)error;
	return (job_reset());
}

struct job *
compile_names(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	(void)row;
	(void)w;
	(void)error;
	return (job_names());
}

struct job *
compile_string(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int index;

	(void)row;
	if (!optional_number(w, "a string index from 1 to 255", UINT8_MAX,
	    &index, error))
		return (NULL);
	if (index == 0) {
		buf_adds(error, "there is no string 0");
		return (NULL);
	}
	return (job_string(index));
}

struct job *
compile_release(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	(void)row;
	(void)w;
	(void)error;
	return (job_release());
}

struct job *
compile_alt(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	uint64_t n;

	(void)row;
	if (!line_number(w, "an alternate setting from 0 to 255", UINT8_MAX,
	    &n, error))
		return (NULL);
	return (job_alternate((uint8_t)n));
}

struct job *
compile_control(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct buf bytes = { 0 };
	struct job *j = NULL;
	uint64_t type, req, value, index, length;
	struct setup setup;

	(void)row;
	if (!line_number(w, "bmRequestType from 0 to 255", UINT8_MAX, &type,
	    error) ||
	    !line_number(w, "bRequest from 0 to 255", UINT8_MAX, &req,
	    error) ||
	    !line_number(w, "wValue from 0 to 65535", UINT16_MAX, &value,
	    error) ||
	    !line_number(w, "wIndex from 0 to 65535", UINT16_MAX, &index,
	    error) ||
	    !line_number(w, "wLength from 0 to 65535", UINT16_MAX, &length,
	    error) || !optional_bytes(w, &bytes, error))
		goto out;
	setup = (struct setup){ .bmRequestType = (uint8_t)type,
	    .bRequest = (uint8_t)req, .wValue = (uint16_t)value,
	    .wIndex = (uint16_t)index, .wLength = (uint16_t)length };
	if (setup_is_in(&setup) ? bytes.len != 0 : bytes.len != length) {
		buf_addf(error, "wLength is %u, but %zu bytes are given",
		    setup.wLength, bytes.len);
		goto out;
	}
	j = job_xfer(&setup, bytes.data, false);
out:
	buf_free(&bytes);
	return (j);
}

struct job *
compile_get_commands(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	(void)row;
	(void)w;
	(void)error;
	/* Rev 18 of AN3156 no longer fixes how many there are: ask for all. */
	return (job_upload(0, 255));
}

struct job *
compile_dfuse(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	uint8_t bytes[5];
	uint64_t address = 0;
	size_t i, n;

	for (i = 0; i < dfuse_commands_count; i++) {
		if (strcmp(dfuse_commands[i].name, row->name) == 0)
			break;
	}
	if (i == dfuse_commands_count) {
		buf_adds(error, "no DfuSe command of that name");
		return (NULL);
	}
	if (dfuse_commands[i].length > 1 && !line_number(w,
	    "an address from 0 to 0xffffffff", UINT32_MAX, &address, error))
		return (NULL);
	n = dfuse_command_pack(
	    dfuse_commands[i].kind, (uint32_t)address, bytes);
	return (job_dnload(0, bytes, n));
}

/* "max N", if it stands there. */
static bool
optional_max(struct line_reader *w, unsigned *max, struct buf *error)
{
	uint64_t n;

	if (!line_accept(w, "max"))
		return (true);
	if (!line_number(w, "how many times", 1000000000, &n, error))
		return (false);
	*max = (unsigned)n;
	return (true);
}

struct job *
compile_leave(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);
	bool has_address = word != NULL && strcmp(word, "max") != 0;
	unsigned max = LIMIT_LEAVE;
	uint64_t address = 0;

	(void)row;
	if (has_address && !line_number(w, "an address from 0 to 0xffffffff",
	    UINT32_MAX, &address, error))
		return (NULL);
	if (!optional_max(w, &max, error))
		return (NULL);
	return (job_leave(has_address, (uint32_t)address, max,
	    LIMIT_LEAVE_S * 1000));
}

static void
name_actions(struct line_reader *w, struct buf *error)
{
	int i;

	buf_adds(error, "there is no rung ");
	line_show(w, error);
	buf_adds(error, ", but");
	for (i = 0; i < RECOVERY_COUNT; i++)
		buf_addf(error, " %s,", recovery_rows[i].id);
	buf_adds(error, " next, all, save");
}

static struct job *
compile_save(struct line_reader *w, struct buf *error)
{
	struct job *j;

	if (line_peek(w) == NULL) {
		buf_adds(error, "the name of a file is missing");
		return (NULL);
	}
	j = job_recover_save(line_peek(w));
	line_take(w);
	return (j);
}

struct job *
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

struct job *
compile_wait(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int ms;

	(void)row;
	/* 24 bits: as long as a device may announce. */
	if (!optional_number(w, "milliseconds up to 16777215", 0xffffff, &ms,
	    error))
		return (NULL);
	return (job_wait(ms));
}

struct job *
compile_expect(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct condition c;

	(void)row;
	if (!condition_parse(&c, w, error))
		return (NULL);
	return (job_expect(&c));
}

bool
command_take(struct line_reader *w, struct buf *command, struct buf *error)
{
	const char *start;
	struct job *j;

	if (line_peek(w) == NULL) {
		buf_adds(error, "a command is missing");
		return (false);
	}
	if (w->depth == COMMAND_NEST) {
		buf_addf(error, "at most %d in each other", COMMAND_NEST);
		return (false);
	}
	start = w->at;
	w->depth++;
	j = command_compile_one(w, error);
	w->depth--;
	if (j == NULL)
		return (false);
	job_free(j);
	buf_add(command, start, (size_t)(w->p - start));
	return (true);
}

struct job *
compile_until(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct buf command = { 0 };
	struct job *j = NULL;
	unsigned max = LIMIT_UNTIL;
	struct condition c;

	(void)row;
	if (condition_parse(&c, w, error) && optional_max(w, &max, error) &&
	    command_take(w, &command, error))
		j = job_until(&c, max, buf_str(&command));
	buf_free(&command);
	return (j);
}

struct job *
compile_repeat(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	struct buf command = { 0 };
	struct job *j = NULL;
	uint64_t n;

	(void)row;
	if (line_number(w, "how many times", 1000000000, &n, error) &&
	    command_take(w, &command, error))
		j = job_repeat((unsigned)n, buf_str(&command));
	buf_free(&command);
	return (j);
}
