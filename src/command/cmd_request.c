/* SPDX-License-Identifier: ISC */
/* Single requests of the specification. */
#include "command/cmd.h"

#include <string.h>

#include "base/line.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "job/jobs.h"
#include "session/session.h"
#include "wire/usb.h"

/* libusb and usbfs carry no more in one control transfer. */
#define CONTROL_MAX	UINT16_MAX

static struct job *
compile_class(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	(void)w;
	(void)error;
	return (job_class(dfu_request_named(row->name)->bRequest));
}

static struct job *
compile_detach(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int ms;

	(void)row;
	if (!cmd_optional_number(w, "wTimeout from 0 to 65535 ms", UINT16_MAX,
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

static struct job *
compile_dnload(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	const char *word = line_peek(w);
	struct buf bytes = { 0 };
	struct job *j = NULL;
	int block = -1;

	(void)row;
	if (word != NULL && !is_payload(word) && !cmd_optional_number(w,
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

static struct job *
compile_upload(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int block, length;

	(void)row;
	if (!cmd_optional_number(w, "a block number from 0 to 65535",
	    UINT16_MAX, &block, error) ||
	    !cmd_optional_number(w, "a length from 0 to 65535",
	    UINT16_MAX, &length, error))
		return (NULL);
	return (job_upload(block, length));
}

static struct job *
compile_string(const struct command_row *row, struct line_reader *w,
    struct buf *error)
{
	int index;

	(void)row;
	if (!cmd_optional_number(w, "a string index from 1 to 255", UINT8_MAX,
	    &index, error))
		return (NULL);
	if (index == 0) {
		buf_adds(error, "string 0 is the list of languages: expected "
		    "1 to 255");
		return (NULL);
	}
	return (job_string(index));
}

static struct job *
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

static struct job *
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
	if (setup_is_in(&setup) && bytes.len != 0) {
		buf_adds(error, "an IN request sends no data");
		goto out;
	}
	if (!setup_is_in(&setup) && bytes.len != length) {
		buf_addf(error, "wLength is %u, but the data has %zu byte%s",
		    setup.wLength, bytes.len, TEXT_S(bytes.len));
		goto out;
	}
	j = job_xfer(&setup, bytes.data, false);
out:
	buf_free(&bytes);
	return (j);
}

static const char *
refuse_names(const struct session *s, const struct runner *r, uint64_t now)
{
	const struct dfu_function *f = session_function(s);
	size_t i;

	(void)r;
	(void)now;
	for (i = 0; f != NULL && i < f->nalternates; i++) {
		if (f->alternates[i].iInterface != 0 &&
		    session_alternate_name(s,
		    f->alternates[i].bAlternateSetting) == NULL)
			return (NULL);
	}
	return ("nothing to read: every name is known");
}

static const char *
refuse_string(const struct session *s, const struct runner *r, uint64_t now)
{
	(void)r;
	(void)now;
	if (!s->status.known)
		return ("no GETSTATUS has reported a string yet. Give its "
		    "number: string N");
	if (s->status.reply.iString == 0)
		return ("the last GETSTATUS reported no string. Give its "
		    "number: string N");
	if (s->strings[s->status.reply.iString] != NULL)
		return ("nothing to read: that string is known");
	return (NULL);
}

const struct command_row cmd_request[] = {
	{ .name = "getstate", .args = "",
	    .sentence = "read the state (GETSTATE); by DFU 1.1 an error in "
	    "dfuDNBUSY and dfuMANIFEST",
	    .group = COMMAND_REQUEST, .key = 's', .label = "State",
	    .compile = compile_class },
	{ .name = "getstatus", .args = "",
	    .sentence = "read status, state and announced wait (GETSTATUS); "
	    "advances dfuDNLOAD-SYNC and dfuMANIFEST-SYNC",
	    .group = COMMAND_REQUEST, .key = 'g', .label = "Status",
	    .compile = compile_class },
	{ .name = "clrstatus", .args = "",
	    .sentence = "clear the error and return to dfuIDLE (CLRSTATUS)",
	    .group = COMMAND_REQUEST, .key = 'c', .label = "Clear",
	    .danger = DFU_DANGER_LOSES, .compile = compile_class },
	{ .name = "abort", .args = "",
	    .sentence = "abort the transfer and return to dfuIDLE (ABORT)",
	    .group = COMMAND_REQUEST, .key = 'a', .label = "Abort",
	    .danger = DFU_DANGER_LOSES, .compile = compile_class },
	{ .name = "detach", .args = "[MS]",
	    .sentence = "tell a run-time device to enter DFU mode (DETACH); "
	    "MS is wTimeout",
	    .group = COMMAND_REQUEST, .key = 'x', .label = "Detach",
	    .danger = DFU_DANGER_LOSES, .compile = compile_detach },
	{ .name = "dnload", .args = "[BLOCK] [hex:BYTES | @FILE]",
	    .sentence = "send one block; without bytes: end the download "
	    "(DNLOAD len=0)",
	    .group = COMMAND_REQUEST, .key = 'd', .press = "dnload ",
	    .label = "Dnload", .danger = DFU_DANGER_DESTROYS,
	    .compile = compile_dnload,
	    .places = { { .words = WORDS_AT_FILE, .literals = "hex:" } } },
	{ .name = "upload", .args = "[BLOCK] [LENGTH]",
	    .sentence = "read one block (UPLOAD)",
	    .group = COMMAND_REQUEST, .key = 'u', .label = "Upload",
	    .compile = compile_upload },
	{ .name = "reset", .args = "",
	    .sentence = "reset the bus at the device's port",
	    .group = COMMAND_REQUEST, .key = 'R', .label = "Reset",
	    .danger = DFU_DANGER_LOSES, .job = job_reset },
	{ .name = "alt", .args = "N",
	    .sentence = "select an alternate setting (SET_INTERFACE)",
	    .group = COMMAND_REQUEST, .danger = DFU_DANGER_LOSES,
	    .compile = compile_alt },
	{ .name = "control",
	    .args = "TYPE REQ VALUE INDEX LENGTH [hex:BYTES]",
	    .sentence = "send any control transfer",
	    .group = COMMAND_REQUEST, .danger = DFU_DANGER_LOSES,
	    .compile = compile_control,
	    .places = { { .literals = "hex:" } } },
	{ .name = "names", .args = "",
	    .sentence = "read the names of the alternate settings, one string "
	    "each",
	    .group = COMMAND_REQUEST, .key = 'N', .label = "Names",
	    .job = job_names, .refuse = refuse_names },
	{ .name = "string", .args = "[N]",
	    .sentence = "read one string; without N: the iString of the last "
	    "GETSTATUS",
	    .group = COMMAND_REQUEST, .key = 'S', .label = "String",
	    .compile = compile_string, .refuse = refuse_string },
	{ .name = NULL },
};
