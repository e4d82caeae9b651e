/* SPDX-License-Identifier: ISC */
/*
 * What do-as sends for each tool, held against lists that were written from
 * the tools' sources, and what it says of them.
 *
 * A request is a letter: F SET_CONFIGURATION, S SET_INTERFACE, d
 * GET_DESCRIPTOR, G GETSTATUS, A ABORT, C CLRSTATUS, E erase, P pointer, R
 * bus reset; wN a block of data of number N, zN a zero-length one, uN an
 * UPLOAD. What comes n times in a row is written once, with "*n" behind it.
 */
#include "config.h"

#include "tests/loop/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "diagnosis/sessions.h"
#include "script/script.h"
#include "wire/usb.h"

#define F072	"sim:stm32f072"
#define STRICT	"sim:dfu11,busy=reply"
/* Out of reach in dfuMANIFEST-WAIT-RESET. */
#define MUTE	"sim:dfu11,tolerant=0"
#define BASE	"0x08000000"
#define FILES	6144	/* three pages, three blocks */

static void
name_dnload(struct buf *b, const struct event *e)
{
	if (e->setup.wLength == 0)
		buf_addf(b, "z%u", e->setup.wValue);
	else if (e->setup.wLength == 5 && e->setup.wValue == 0)
		buf_addc(b, e->data[0] == 0x21 ? 'P' : 'E');
	else
		buf_addf(b, "w%u", e->setup.wValue);
}

static void
name_request(struct buf *b, const struct event *e)
{
	static const char class_letters[] = "X??GCTA";
	bool is_class = (e->setup.bmRequestType & USB_TYPE_MASK) ==
	    USB_TYPE_CLASS;

	if (e->kind == EVENT_RESET)
		buf_addc(b, 'R');
	else if (!is_class)
		buf_addc(b, e->setup.bRequest == USB_REQ_SET_INTERFACE ? 'S' :
		    e->setup.bRequest == USB_REQ_SET_CONFIGURATION ? 'F' :
		    'd');
	else if (e->setup.bRequest == DFU_DNLOAD)
		name_dnload(b, e);
	else if (e->setup.bRequest == DFU_UPLOAD)
		buf_addf(b, "u%u", e->setup.wValue);
	else
		buf_addc(b, class_letters[e->setup.bRequest]);
}

static void
end_row(struct buf *all, struct buf *last, unsigned *times)
{
	if (*times != 0)
		buf_addf(all, "%s%s", all->len != 0 ? " " : "",
		    buf_str(last));
	if (*times > 1)
		buf_addf(all, "*%u", *times);
	*times = 0;
}

/* All requests from that one on (from 1). */
static char *
requests_of(const struct trial *t, uint32_t from)
{
	const struct trace *trace = loop_app(t->loop)->sessions->trace;
	struct buf all = { 0 }, last = { 0 }, name = { 0 };
	const struct event *e;
	unsigned times = 0;
	size_t i;

	for (i = trace_first(trace); i < trace_end(trace); i++) {
		e = trace_get(trace, i);
		if ((e->kind != EVENT_SUBMIT || e->number < from) &&
		    (e->kind != EVENT_RESET ||
		    e->outcome != OUTCOME_UNKNOWN))
			continue;
		buf_reset(&name);
		name_request(&name, e);
		if (times != 0 && strcmp(buf_str(&name), buf_str(&last)) != 0)
			end_row(&all, &last, &times);
		buf_reset(&last);
		buf_adds(&last, buf_str(&name));
		times++;
	}
	end_row(&all, &last, &times);
	buf_free(&last);
	buf_free(&name);
	return (buf_take(&all));
}

/* The state that the device is put into before the tool comes. */
static void
force_state(struct trial *t)
{
	if (t->results == 1)
		sim_force_state(t->sim, loop_app(t->loop)->sessions->last,
		    *(const uint8_t *)t->arg);
}

struct row {
	const char	*target;
	int		 state;		/* -1: as it begins */
	const char	*command;	/* %s: the file */
	const char	*sent;
	int		 code;
	const char	*said;
};

static void
check_row(const struct row *row, const char *path)
{
	char *command = mem_printf(row->command, path), *sent;
	uint8_t state = (uint8_t)row->state;
	struct trial t = { .target = row->target,
	    .commands = { "wait 0", command }, .arg = &state,
	    .view = row->state >= 0 ? force_state : NULL };

	trial_run(&t);
	sent = requests_of(&t, 1);
	if (strcmp(sent, row->sent) != 0)
		fail_msg("%s, state %d: %s\n sent %s\n  not %s\n  and said "
		    "%d: %s", row->target, row->state, row->command, sent,
		    row->sent, t.codes[1], buf_str(&t.texts[1]));
	trial_expect(&t, 1, row->code, row->said);
	trial_free(&t);
	free(sent);
	free(command);
}

static void
check_rows(const struct row *rows, size_t n)
{
	uint8_t *bytes;
	char *path = trial_file(FILES, 3, &bytes);
	size_t i;

	for (i = 0; i < n; i++)
		check_row(&rows[i], path);
	unlink(path);
	free(path);
	free(bytes);
}

#define CHECK(rows)	check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

#define DU	"do-as dfu-util open"
static const struct row dfu_util_opens[] = {
	{ STRICT, 0, DU, "d*4 S G", 76,
	    "\"Device still in Run-Time Mode!\" (exit 76)" },
	{ STRICT, 1, DU, "d*4 S G", 76, "Run-Time Mode" },
	{ STRICT, 2, DU, "d*4 S G", 0, "continue from here" },
	{ STRICT, 3, DU, "d*4 S G", 0, "in dfuDN" },
	{ STRICT, 4, DU, "d*4 S G", 0, "in dfuDN" },
	{ STRICT, 5, DU, "d*4 S G A G", 0, "in dfuIDLE" },
	{ STRICT, 6, DU, "d*4 S G", 0, "in dfuMANIFEST" },
	{ STRICT, 7, DU, "d*4 S G", 0, "in dfuMANIFEST" },
	{ MUTE, 8, DU, "d*4 S", 76, "\"Cannot set alternate interface\" "
	    "(exit 74)" },
	{ STRICT, 9, DU, "d*4 S G A G", 0, "in dfuIDLE" },
	{ STRICT, 10, DU, "d*4 S G C G", 0, "in dfuIDLE" },
	{ F072 ",start=error", -1, DU, "d*4 S G C G", 0, "in dfuIDLE" },
	{ F072 ",start=manifest,stuck=never", -1, DU, "d*4 S G", 0,
	    "the device is in dfuMANIFEST (#6): leave keeps "
	    "polling" },
	{ F072 ",stall=getstatus@1", -1, DU, "d*4 S G", 76,
	    "\"error get_status\" (exit 74)" },
};

#define PY	"do-as pydfu open"
static const struct row pydfu_opens[] = {
	{ STRICT, 0, PY, "F G C", 76, "\"usb.core.USBError\" (exit 1)" },
	{ STRICT, 1, PY, "F G C", 76, "at #3 CLRSTATUS" },
	{ STRICT, 2, PY, "F G", 0, "in dfuIDLE" },
	{ STRICT, 3, PY, "F G C", 76, "at #3 CLRSTATUS" },
	{ STRICT, 4, PY, "F G C", 76, "at #3 CLRSTATUS" },
	{ STRICT, 5, PY, "F G A G", 0, "in dfuIDLE" },
	{ STRICT, 6, PY, "F G C", 76, "at #3 CLRSTATUS" },
	{ STRICT, 7, PY, "F G C", 76, "at #3 CLRSTATUS" },
	{ MUTE, 8, PY, "F", 76, "at #1 SET_CONFIGURATION" },
	{ STRICT, 9, PY, "F G A G", 0, "in dfuIDLE" },
	{ STRICT, 10, PY, "F G C G", 0, "in dfuIDLE" },
	/* The first CLRSTATUS makes an error, the second ends it. */
	{ "sim:st,stuck=never", 7, PY, "F G C G C G", 0, "in dfuIDLE" },
};

#define FW	"do-as fwupd open"
static const struct row fwupd_opens[] = {
	{ STRICT, 0, FW, "G", 0, "continue" },
	{ STRICT, 1, FW, "G", 0, "continue" },
	{ STRICT, 2, FW, "G", 0, "in dfuIDLE" },
	{ STRICT, 3, FW, "G", 0, "in dfuDN" },
	{ STRICT, 4, FW, "G", 0, "in dfuDN" },
	{ STRICT, 5, FW, "G A", 0, "in dfuIDLE" },
	{ STRICT, 6, FW, "G", 0, "in dfuMANIFEST" },
	{ STRICT, 7, FW, "G", 0, "in dfuMANIFEST" },
	{ MUTE, 8, FW, "G", 76, "\"cannot get device state\" (exit 1)" },
	{ STRICT, 9, FW, "G A", 0, "in dfuIDLE" },
	{ STRICT, 10, FW, "G C", 0, "in dfuIDLE" },
	/* A STALL is taken for a run-time device. */
	{ F072 ",stall=getstatus@1", -1, FW, "G", 0, "continue" },
};

#define WD	"do-as webdfu open"
static const struct row webdfu_opens[] = {
	{ STRICT, 0, WD, "d*2 G", 0, "continue" },
	{ STRICT, 1, WD, "d*2 G", 0, "continue" },
	{ STRICT, 2, WD, "d*2 G", 0, "in dfuIDLE" },
	{ STRICT, 3, WD, "d*2 G", 0, "in dfuDN" },
	{ STRICT, 4, WD, "d*2 G", 0, "in dfuDN" },
	{ STRICT, 5, WD, "d*2 G", 0, "abort ends the transfer" },
	{ STRICT, 6, WD, "d*2 G", 0, "in dfuMANIFEST" },
	{ STRICT, 7, WD, "d*2 G", 0, "in dfuMANIFEST" },
	{ MUTE, 8, WD, "d", 76, "\"ControlTransferIn failed\"" },
	{ STRICT, 9, WD, "d*2 G", 0, "abort ends the transfer" },
	{ STRICT, 10, WD, "d*2 G C", 0, "in dfuIDLE" },
	/* Several alternates: SET_INTERFACE. What fails is only logged. */
	{ F072 ",stall=getstatus@1", -1, WD, "S d*2 G", 0, "continue" },
};

#define BF	"do-as betaflight open"
static const struct row betaflight_opens[] = {
	{ STRICT, 0, BF, "d*4 G*100", 76, "after 100 attempts" },
	{ STRICT, 1, BF, "d*4 G*100", 76, "after 100 attempts" },
	{ STRICT, 2, BF, "d*4 G", 0, "in dfuIDLE" },
	{ STRICT, 3, BF, "d*4 G*2 A G", 0, "in dfuIDLE" },
	{ STRICT, 4, BF, "d*4 G*2 A G", 0, "in dfuIDLE" },
	{ STRICT, 5, BF, "d*4 G A G", 0, "in dfuIDLE" },
	{ STRICT, 6, BF, "d*4 G*2", 0, "in dfuIDLE" },
	{ STRICT, 7, BF, "d*4 G*2", 0, "in dfuIDLE" },
	{ MUTE, 8, BF, "d", 76, "\"Failed to detect chip info\"" },
	{ STRICT, 9, BF, "d*4 G A G", 0, "in dfuIDLE" },
	{ STRICT, 10, BF, "d*4 G C G", 0, "in dfuIDLE" },
	{ F072 ",start=manifest,stuck=never", -1, BF, "d*5 G*100", 76,
	    "\"clearStatus: device did not reach dfuIDLE after 100 "
	    "attempts\"" },
	{ F072 ",start=manifest,stuck=7", -1, BF, "d*5 G*7", 76,
	    "the device left" },
};

static void
opens(void **state)
{
	(void)state;
	CHECK(dfu_util_opens);
	CHECK(pydfu_opens);
	CHECK(fwupd_opens);
	CHECK(webdfu_opens);
	CHECK(betaflight_opens);
}

/* The ROM answers while it works: pydfu, which never waits, needs none. */
#define AT_ONCE	F072 ",poll=0"

static const struct row leaves[] = {
	{ F072 ",stuck=7", -1, "do-as dfu-util leave " BASE,
	    "d*4 S G A G P G*2 z2 G", 76,
	    "the device is still in dfuMANIFEST (#13): leave keeps "
	    "polling; but dfu-util would say \"Transitioning to dfuMANIFEST "
	    "state\" (exit 0) and send no further request" },
	{ F072, -1, "do-as dfu-util leave", "d*4 S G A G z2 G", 0,
	    "the device left after 0.6 ms; dfu-util would say" },
	{ F072 ",start=manifest,stuck=never", -1, "do-as dfu-util leave",
	    "d*4 S G A", 76,
	    "\"Error sending dfu abort request\" (exit 74), at #7 ABORT" },
	{ F072 ",gone=getstatus@3", -1, "do-as dfu-util leave",
	    "d*4 S G A G z2 G", 76, "\"Error during download get_status\" "
	    "(exit 74), at #10 GETSTATUS" },
	{ F072 ",stuck=7", -1, "do-as fwupd leave", "G z2 G", 76,
	    "still in dfuMANIFEST (#3): leave keeps polling; "
	    "but fwupd would say \"Successfully installed firmware\" (exit "
	    "0)" },
	{ F072, -1, "do-as fwupd leave", "G z2 G", 0, "the device left" },
	{ F072 ",stall=dnload@1", -1, "do-as fwupd leave", "G z2 G", 76,
	    "; but fwupd would say \"Successfully installed firmware\" "
	    "(exit 0)" },
	{ F072 ",stuck=7", -1, "do-as webdfu leave", "S d*2 G P G*2 z0 G",
	    76, "still in dfuMANIFEST (#9): leave keeps polling; "
	    "but webdfu would say \"Done!\" and send no further request" },
	{ F072, -1, "do-as webdfu leave", "S d*2 G P G*2 z0 G", 0,
	    "the device left" },
	{ F072 ",stuck=7", -1, "do-as betaflight leave", "G P G*2 z0 G", 76,
	    "still in dfuMANIFEST (#6): leave keeps polling; "
	    "but betaflight would say \"Script finished\"" },
	{ F072, -1, "do-as betaflight leave", "G P G*2 z0 G", 0,
	    "the device left" },
	{ F072 ",stuck=7", -1, "do-as pydfu leave", "F G P G*2", 76,
	    "\"DFU: set address failed\" (exit 1), at #5 GETSTATUS: "
	    "dfuDNBUSY" },
	{ "sim:dfu11", -1, "do-as dfu-util leave", "", 64,
	    "no separate leave" },
};

static void
leaving(void **state)
{
	(void)state;
	CHECK(leaves);
}

/* After each of them, leave does what the tool did not. */
static void
leave_gets_it_out(void **state)
{
	static const char *const tools[] = { "dfu-util", "fwupd", "webdfu",
	    "betaflight" };
	char *command;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		command = mem_printf("do-as %s leave", tools[i]);
		struct trial t = { .target = F072 ",stuck=7",
		    .commands = { command, "leave" } };

		trial_run(&t);
		trial_expect(&t, 0, 76, "still in dfuMANIFEST");
		trial_expect(&t, 1, 0, "the device left");
		trial_free(&t);
		free(command);
	}
}

#define CMD	"E G*2 "
#define PTR	"P G*2 "
static const struct row flashes[] = {
	{ F072, -1, "do-as dfu-util flash %s " BASE,
	    "d*4 S G " CMD CMD CMD PTR "w2 G*2 " PTR "w2 G*2 " PTR
	    "w2 G*2 A G", 0,
	    "the device is in dfuIDLE (#35); dfu-util would say \"File "
	    "downloaded successfully\" (exit 0)" },
	{ F072, -1, "do-as dfu-util flash %s " BASE " leave",
	    "d*4 S G " CMD CMD CMD PTR "w2 G*2 " PTR "w2 G*2 " PTR
	    "w2 G*2 A G " PTR "z2 G", 0,
	    "the device left after 0.6 ms; dfu-util would say \"File "
	    "downloaded successfully\", \"Transitioning to dfuMANIFEST "
	    "state\" (exit 0)" },
	{ F072, -1, "do-as fwupd flash %s " BASE,
	    "G*2 S E G*3 E G*3 E G*3 P G*3 w2 G*3 w3 G*3 w4 G*3 P G*3 A u2 "
	    "u3 u4 u5 A G z2 G", 0, "the device left" },
	{ F072, -1, "do-as webdfu flash %s " BASE,
	    "S d*2 G " CMD CMD CMD PTR "w2 G*2 " PTR "w2 G*2 " PTR
	    "w2 G*2 " PTR "z0 G", 0, "the device left" },
	{ F072, -1, "do-as betaflight flash %s " BASE,
	    "d*5 G*2 P G*3 A G u2 G*2 A G " CMD CMD CMD PTR
	    "w2 G*2 w3 G*2 w4 G*3 A G P G*3 A G u2 u3 u4 G A G " PTR "z0 G",
	    0, "\"Programming: SUCCESSFUL\"" },
	{ F072, -1, "do-as pydfu flash %s " BASE, "F G d*2 E G*2", 76,
	    "\"DFU: erase failed\" (exit 1)" },
	/* Which request breaks it, and where that leaves the device. */
	{ F072 ",start=manifest,stuck=never", -1,
	    "do-as dfu-util flash %s " BASE, "d*4 S G E", 76,
	    "\"Error during special command \"ERASE_PAGE\" download\" (exit "
	    "74), at #7 DNLOAD" },
	/* Plain DFU. */
	{ "sim:dfu11", -1, "do-as dfu-util flash %s",
	    "d*4 S G w0 G*2 w1 G*2 w2 G*2 w3 G*2 w4 G*2 w5 G*2 z6 G*2", 0,
	    "\"Done!\" (exit 0)" },
	{ "sim:dfu11", -1, "do-as webdfu flash %s",
	    "d*2 G w0 G*2 w1 G*2 w2 G*2 w3 G*2 w4 G*2 w5 G*2 z6 G*2 R", 0,
	    "\"Done!\"" },
	{ "sim:dfu11,tolerant=0", -1, "do-as webdfu flash %s",
	    "d*2 G w0 G*2 w1 G*2 w2 G*2 w3 G*2 w4 G*2 w5 G*2 z6 G R", 0,
	    "\"Done!\"" },
	/* It says dfuMANIFEST for ever, and dfu-util asks for ever. */
	{ "sim:dfu11,busy=reply,stuck=never", -1,
	    "do-as dfu-util flash %s",
	    "d*4 S G w0 G*2 w1 G*2 w2 G*2 w3 G*2 w4 G*2 w5 G*2 z6 G*30", 76,
	    "dfu-util would poll forever; stopped here after 30 polls" },
	{ "sim:dfu11", -1, "do-as pydfu flash %s", "", 64,
	    "supports only DfuSe" },
	{ F072, -1, "do-as dfu-util flash %s", "", 64,
	    "Give ADDR after FILE" },
	{ F072, -1, "do-as dfu-util flash %s 0x20000000", "", 65,
	    "is outside the memory" },
	{ F072, -1, "do-as webdfu flash %s.none " BASE, "", 66,
	    "No such file" },
};

/* What older versions do otherwise. */
#define OLD		"E G*2 A G P G*2 A G w2 G*2 "
#define MANIFESTED	"d*4 S G w0 G*2 w1 G*2 w2 G*2 w3 G*2 w4 G*2 w5 G*2 z6 "
#define LATER		CMD PTR "w2 G*2 "
static const struct row versions[] = {
	{ F072, -1, "do-as dfu-util-0.11 flash %s " BASE,
	    "d*4 S G " CMD CMD CMD PTR "w2 G*2 " PTR "w2 G*2 " PTR
	    "w2 G*2 A G", 0, "; dfu-util would say" },
	{ F072, -1, "do-as dfu-util-0.10 flash %s " BASE " leave",
	    "d*4 S G " CMD CMD CMD PTR "w2 G*2 " PTR "w2 G*2 " PTR
	    "w2 G*2 A G " PTR "z2 G", 0, "; dfu-util 0.10 would say \"File "
	    "downloaded successfully\", \"Transitioning to dfuMANIFEST "
	    "state\" (exit 0)" },
	{ F072, -1, "do-as dfu-util-0.9 flash %s " BASE " leave",
	    "d*4 S G " LATER LATER LATER "A G " PTR "z2 G", 0,
	    "; dfu-util 0.9 would say" },
	{ F072, -1, "do-as dfu-util-0.8 flash %s " BASE,
	    "d*4 S G " LATER LATER LATER "A G", 0,
	    "dfu-util 0.8 would say \"File downloaded successfully\"" },
	{ F072, -1, "do-as dfu-util-0.7 flash %s " BASE " leave",
	    "d*4 S G " OLD OLD OLD "z2 G", 0, "the device left" },
	{ F072 ",stuck=5", -1,
	    "do-as dfu-util-0.7 flash %s " BASE " leave",
	    "d*4 S G " OLD OLD OLD "z2 G*2", 76,
	    "\"File downloaded successfully\", \"Transitioning to "
	    "dfuMANIFEST state\" (exit 0)" },
	{ F072, -1, "do-as dfu-util-0.6 flash %s " BASE,
	    "d*4 S G " OLD OLD "E G*2 A G P G*2 A G w2 G*2", 0,
	    "in dfuDNLOAD-IDLE (#45). Run abort (a) to end the transfer; "
	    "dfu-util 0.6 would say \"File downloaded successfully\"" },
	{ F072, -1, "do-as dfu-util-0.5 flash %s " BASE,
	    "d*4 S G " OLD OLD "E G*2 A G P G*2 A G w2 G*2", 0,
	    "dfu-util 0.5 would continue from here" },
	{ F072, -1, "do-as dfu-util-0.5 flash %s " BASE " leave", "", 64,
	    "dfu-util 0.5 has no leave" },
	{ F072, -1, "do-as dfu-util-0.9 leave " BASE, "", 64,
	    "dfu-util 0.9 leaves only after a flash" },
	/* What they end with. */
	{ STRICT, 0, "do-as dfu-util-0.10 open", "d*4 S G", 76,
	    "\"Device still in Runtime Mode!\" (exit 74)" },
	{ STRICT, 0, "do-as dfu-util-0.7 open", "d*4 S G", 76,
	    "\"Device still in Runtime Mode!\" (exit 1)" },
	{ F072 ",start=manifest,stuck=never", -1,
	    "do-as dfu-util-0.10 flash %s " BASE, "d*4 S G E", 76,
	    "\"Error during special command \"ERASE_PAGE\" download\" (exit "
	    "74), at #7 DNLOAD" },
	{ F072 ",start=manifest,stuck=never", -1,
	    "do-as dfu-util-0.9 flash %s " BASE, "d*4 S G E", 76,
	    "\"dfuse_download: libusb_control_transfer returned -9\" (exit "
	    "74), at #7 DNLOAD" },
	{ F072 ",start=manifest,stuck=never", -1,
	    "do-as dfu-util-0.7 flash %s " BASE, "d*4 S G E", 76,
	    "\"Error during special command download\" (exit 1)" },
	/* Plain: a block that is refused, and the end in state 8. */
	{ STRICT, 6, "do-as dfu-util-0.11 flash %s", "d*4 S G w0", 76,
	    "\"Error during download\" (exit 74), at #7" },
	{ STRICT, 6, "do-as dfu-util-0.10 flash %s", "d*4 S G w0", 76,
	    "\"Error during download\" (exit 0), at #7" },
	{ STRICT, 6, "do-as dfu-util-0.5 flash %s", "d*4 S G w0", 76,
	    "\"Error during download\" (exit 0), at #7" },
	/* A GETSTATUS behind a block that is refused. */
	{ "sim:dfu11,stall=getstatus@3", -1, "do-as dfu-util-0.10 flash %s",
	    "d*4 S G w0 G*2", 76,
	    "\"Error during download get_status\" (exit 74), at #9" },
	{ "sim:dfu11,stall=getstatus@3", -1, "do-as dfu-util-0.5 flash %s",
	    "d*4 S G w0 G*2", 76,
	    "\"Error during download get_status\" (exit 0), at #9" },
	/* The last answer is not given. */
	{ MUTE, -1, "do-as dfu-util-0.11 flash %s", MANIFESTED "G*2", 76,
	    "\"unable to read DFU status after completion\" (exit 74)" },
	{ MUTE, -1, "do-as dfu-util-0.8 flash %s", MANIFESTED "G*2", 76,
	    "\"unable to read DFU status after completion\" (exit 0)" },
	{ MUTE, -1, "do-as dfu-util-0.7 flash %s", MANIFESTED "G*2", 76,
	    "\"unable to read DFU status\" (exit 0)" },
};

static void
older_versions(void **state)
{
	(void)state;
	CHECK(versions);
}

static void
flashing(void **state)
{
	(void)state;
	CHECK(flashes);
}

static void
what_is_flashed(void **state)
{
	static const char *const tools[] = { "dfu-util", "fwupd", "webdfu",
	    "betaflight", "dfu-util-0.9", "dfu-util-0.7", "dfu-util-0.5" };
	uint8_t *bytes;
	char *path = trial_file(5001, 9, &bytes), *command;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		command = mem_printf("do-as %s flash %s 0x08000800",
		    tools[i], path);
		struct trial t = { .target = F072 ",flash=pattern",
		    .commands = { command } };

		trial_run(&t);
		trial_expect(&t, 0, 0, "would ");
		assert_true(trial_same(&t, 0x08000800, bytes, 5001));
		trial_free(&t);
		free(command);
	}
	unlink(path);
	free(path);
	free(bytes);
}

/*
 * dfu-util erases at the block, not at the page; the others at the page. The
 * page of the first byte, then of the first block's last one.
 */
static void
erases_where_the_tool_does(void **state)
{
	static const struct {
		const char	*tool, *sent;
	} rows[] = {
		{ "dfu-util", CMD CMD CMD PTR "w2 G*2 " PTR "w2 G*2 " PTR
		    "w2 G*2 A G" },
		{ "dfu-util-0.9", CMD CMD PTR "w2 G*2 " CMD PTR "w2 G*2 "
		    PTR "w2 G*2 A G" },
	};
	uint8_t *bytes;
	char *path = trial_file(5000, 9, &bytes), *command, *sent;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		command = mem_printf("do-as %s flash %s 0x08000400",
		    rows[i].tool, path);
		struct trial t = { .target = F072, .commands = { command } };

		trial_run(&t);
		sent = requests_of(&t, 7);
		assert_string_equal(sent, rows[i].sent);
		trial_free(&t);
		free(sent);
		free(command);
	}
	unlink(path);
	free(path);
	free(bytes);
}

/* The pointer that is set last, before the leave, is the address given. */
static void
leaves_from_where_it_was_told(void **state)
{
	static const char *const tools[] = { "dfu-util", "dfu-util-0.10",
	    "dfu-util-0.9", "dfu-util-0.8" };
	static const uint8_t want[] = { 0x21, 0x00, 0x08, 0x00, 0x08 };
	uint8_t *bytes;
	char *path = trial_file(3000, 9, &bytes), *command;
	const struct event *e, *last;
	const struct trace *trace;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		command = mem_printf("do-as %s flash %s 0x08000800 leave",
		    tools[i], path);
		struct trial t = { .target = F072, .commands = { command } };

		trial_run(&t);
		trace = loop_app(t.loop)->sessions->trace;
		for (last = NULL, k = 0; k < trace_end(trace); k++) {
			e = trace_get(trace, k);
			if (e->kind == EVENT_SUBMIT && e->kept == 5 &&
			    e->data[0] == 0x21)
				last = e;
		}
		assert_non_null(last);
		assert_memory_equal(last->data, want, 5);
		trial_free(&t);
		free(command);
	}
	unlink(path);
	free(path);
	free(bytes);
}

static void
asks_before_it_destroys(void **state)
{
	uint8_t *bytes;
	char *path = trial_file(FILES, 3, &bytes);
	char *command = mem_printf("do-as webdfu flash %s " BASE, path);
	struct trial t = { .target = F072, .commands = { command },
	    .answer = "no" };
	struct trial reads = { .target = F072, .commands = { command },
	    .read_only = true };

	(void)state;
	trial_run(&t);
	assert_int_equal(t.questions, 1);
	assert_int_equal(t.sent, 0);
	assert_non_null(strstr(buf_str(&t.question), "as webdfu does (6144 "
	    "bytes)? The contents of 6144 bytes are erased"));
	trial_free(&t);
	trial_run(&reads);
	trial_expect(&reads, 0, 64, "read-only");
	assert_int_equal(reads.sent, 0);
	trial_free(&reads);
	unlink(path);
	free(command);
	free(path);
	free(bytes);
}

/* Cut at every event: it ends, and says how it stands. */
static void
can_be_cut_anywhere(void **state)
{
	static const enum trial_cut cuts[] = { TRIAL_CANCEL, TRIAL_UNPLUG };
	uint8_t *bytes;
	char *path = trial_file(2048, 3, &bytes), *command;
	size_t tool, cut, at, events;

	(void)state;
	for (tool = 0; tool < scripts_count; tool++) {
		command = mem_printf("do-as %s flash %s " BASE,
		    scripts[tool]->name, path);
		for (cut = 0; cut < 2; cut++) {
			for (at = 0, events = 1; at < events; at++) {
				struct trial t = { .target = F072,
				    .commands = { command, "getstate" },
				    .cut = cuts[cut], .at = at };

				trial_run(&t);
				assert_true(t.results >= 1);
				assert_true(t.texts[0].len != 0);
				events = t.events > at + 1 ? at + 2 : at + 1;
				trial_free(&t);
			}
		}
		free(command);
	}
	unlink(path);
	free(path);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),
		cmocka_unit_test(leaving),
		cmocka_unit_test(leave_gets_it_out),
		cmocka_unit_test(flashing),
		cmocka_unit_test(older_versions),
		cmocka_unit_test(what_is_flashed),
		cmocka_unit_test(erases_where_the_tool_does),
		cmocka_unit_test(leaves_from_where_it_was_told),
		cmocka_unit_test(asks_before_it_destroys),
		cmocka_unit_test(can_be_cut_anywhere),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
