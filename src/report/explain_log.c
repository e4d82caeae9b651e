/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "report/explain_log.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/advice.h"
#include "diagnosis/finding.h"
#include "report/json_own.h"
#include "report/wrap.h"
#include "wire/usb.h"

#define REQUESTS_MOST	20000	/* that are listed */
#define LINE_SHOWN	160	/* bytes of a quoted line */
#define QUOTES		3	/* lines quoted of a finding */

/* What became of the device, by the last that is told or follows. */
struct fate {
	const char	*word;
	enum severity	 severity;
	struct buf	 text;
};

static const struct request *
last_request(const struct session *s)
{
	size_t i = s->nrequests;

	while (i > 0) {
		if (dfu_request_of(&s->requests[--i].setup) != NULL)
			return (&s->requests[i]);
	}
	return (NULL);
}

static bool
is_told_to_leave(const struct session *s)
{
	return (s->present ? s->leaving.by != 0 && !s->leaving.found :
	    s->departure.leaving.by != 0);
}

static void
set(struct fate *f, const char *word, enum severity severity,
    const char *text)
{
	f->word = word;
	f->severity = severity;
	buf_adds(&f->text, text);
}

static bool
stands(const struct session *s, const char *id)
{
	const struct findings *f = s->findings;
	size_t i;

	for (i = 0; f != NULL && i < f->n; i++) {
		if (f->list[i].life != FINDING_WITHDRAWN &&
		    strcmp(f->list[i].row->id, id) == 0)
			return (true);
	}
	return (false);
}

static void
fate_gone(struct fate *f, const struct session *s)
{
	if (is_told_to_leave(s))
		set(f, "left", SEVERITY_NOTE, "The tool sent a leave, and the "
		    "device disconnected: by this text a successful leave. "
		    "The text does not say whether the new firmware runs.");
	else if (stands(s, "second-id-denied"))
		set(f, "unknown", SEVERITY_WARNING, "The device disconnected "
		    "after DETACH and reconnected in DFU mode, but may not be "
		    "opened there; its state is unknown.");
	else if (stands(s, "detach-no-return"))
		set(f, "unknown", SEVERITY_WARNING, "The device disconnected "
		    "after DETACH, and the tool did not find it again. Its "
		    "state is unknown.");
	else if (s->departure.runtime)
		set(f, "unknown", SEVERITY_WARNING, "The device disconnected "
		    "after DETACH. The text does not say whether it "
		    "reconnected in DFU mode.");
	else
		set(f, "lost", SEVERITY_WARNING,
		    "The device disconnected.");
}

static void
fate_state(struct fate *f, const struct session *s)
{
	const struct estimate *e = &s->estimate;
	const char *name = dfu_state_name(e->state);
	bool told = e->how == ESTIMATE_REPORTED;

	if (e->state == DFU_STATE_ERROR)
		set(f, "error", SEVERITY_WARNING, "");
	else if (e->state == DFU_STATE_IDLE)
		set(f, "ready", SEVERITY_NOTE, "");
	else
		set(f, "not-told", SEVERITY_NOTE, "");
	buf_addf(&f->text, "%s %s.", told ? "The last reported state is" :
	    "By the output of the tool the device is in", name != NULL ? name :
	    "a state without a name");
	if (dfu_state_is(e->state, DFU_STATES_MANIFEST) && told)
		buf_adds(&f->text, " The text does not say whether the "
		    "device left.");
}

static void
fate_failed(struct fate *f, const struct session *s, const struct request *r)
{
	bool leaves = is_told_to_leave(s);

	switch ((enum outcome)r->outcome) {
	case OUTCOME_STALL:
		set(f, "stalled", leaves ? SEVERITY_NOTE : SEVERITY_WARNING,
		    "The device stalled the last request; the text does not "
		    "contain its state since.");
		return;
	case OUTCOME_TIMEOUT:
	case OUTCOME_CANCELLED:
		set(f, "unanswered", leaves ? SEVERITY_NOTE :
		    SEVERITY_WARNING, "The last request has no answer; the "
		    "state of the device since is unknown.");
		return;
	case OUTCOME_GONE:
		set(f, leaves ? "left" : "lost", leaves ? SEVERITY_NOTE :
		    SEVERITY_WARNING, leaves ? "The tool sent a leave, and "
		    "the device disconnected." : "The device disconnected.");
		return;
	case OUTCOME_UNKNOWN:
	case OUTCOME_OK:
	case OUTCOME_SHORT:
	case OUTCOME_BUSERROR:
	case OUTCOME_BABBLE:
	case OUTCOME_DENIED:
	case OUTCOME_BUSY:
		break;
	}
	set(f, "not-told", leaves || outcome_is_answer(r->outcome) ?
	    SEVERITY_NOTE : SEVERITY_WARNING,
	    "The text does not contain the state of the device after the last "
	    "request.");
}

static struct fate
fate_of(const struct session *s)
{
	const struct request *r = last_request(s);
	struct fate f = { 0 };

	if (!s->present && s->arrivals != 0)
		fate_gone(&f, s);
	else if (s->arrivals > 1 && (r == NULL || r->submit < s->arrival))
		set(&f, "back", SEVERITY_NOTE, "The device disconnected and "
		    "reconnected; the text contains nothing after that.");
	else if (r == NULL && s->who != NULL && s->who->descriptors.len == 0)
		set(&f, "none", SEVERITY_NOTE, "The text names no device, so "
		    "the state is unknown.");
	else if (r == NULL)
		set(&f, "not-told", SEVERITY_NOTE, "The tool did not open the "
		    "device, or the text does not contain its requests; the "
		    "state is unknown.");
	else if (!outcome_is_answer(r->outcome) && r->complete != NO_EVENT)
		fate_failed(&f, s, r);
	else if (s->estimate.how == ESTIMATE_UNKNOWN)
		fate_failed(&f, s, r);
	else
		fate_state(&f, s);
	return (f);
}

/* The device that the text is about; NULL: none. */
static const struct identity *
who_of(const struct session *s)
{
	return (s->who != NULL && s->who->vendor != 0 ? s->who : NULL);
}

/* A paste is about one device, mostly: the one that most was told of. */
static const struct session *
main_session(const struct explain *x)
{
	const struct session *best = NULL;
	size_t i;

	for (i = 0; i < x->nparts; i++) {
		if (best == NULL ||
		    x->sessions->list[i]->nrequests > best->nrequests)
			best = x->sessions->list[i];
	}
	return (best);
}

/* Lines of the paste by their numbers. */
static bool
find_line(const struct source *source, unsigned long number, struct buf *b)
{
	char block[8192];
	unsigned long line = 1;
	off_t at = 0;
	const char *p, *end, *from;
	ssize_t n;

	buf_reset(b);
	while (line <= number &&
	    (n = pread(source_fd(source), block, sizeof(block), at)) > 0) {
		at += n;
		for (p = block, end = block + n; p < end && line <= number;
		    p++) {
			from = p;
			p = memchr(p, '\n', (size_t)(end - p));
			if (p == NULL)
				p = end;
			if (line == number && b->len < 4096)
				buf_add(b, from, (size_t)(p - from));
			line += p < end;
		}
	}
	return (b->len != 0);
}

/* Of a line with bars, what stands behind the last of them. */
static void
plain_line(struct buf *b)
{
	struct buf out = { 0 };
	const char *from = buf_str(b), *cr, *end = from + b->len;
	size_t n = LINE_SHOWN;

	while (end > from && (end[-1] == '\r' || end[-1] == ' '))
		end--;
	for (cr = end; cr > from && cr[-1] != '\r'; cr--) {
		if (cr[-1] == '\t')
			b->data[cr - 1 - from] = ' ';
	}
	text_print(&out, cr, (size_t)(end - cr));
	if (out.len > LINE_SHOWN) {
		while (n > 0 && (out.data[n] & 0xc0) == 0x80)
			n--;
		buf_cut(&out, n);
		buf_adds(&out, "...");
	}
	buf_free(b);
	*b = out;
}

static bool
starts(const char *p, const char *end, const char *with)
{
	return ((size_t)(end - p) >= strlen(with) &&
	    strncasecmp(p, with, strlen(with)) == 0);
}

/* What is masked, up to the character that ends it. */
static const struct {
	const char	*begin;
	const char	*ends;
} masks[] = {
	{ "serial=\"", "\"" }, { "SerialNumber: ", " \n" },
	{ "iSerial ", "\n" }, { "SN : ", " \n" }, { "SN          : ", " \n" },
	{ "/h" "ome/", "/ \n" }, { "/U" "sers/", "/ \n" },
	{ "C:\\Users\\", "\\\n" },
};

void
explain_log_mask(struct buf *b, const char *line, size_t n)
{
	const char *p = line, *end = line + n;
	size_t i;

	while (p < end) {
		for (i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
			if (starts(p, end, masks[i].begin))
				break;
		}
		if (i == sizeof(masks) / sizeof(masks[0])) {
			buf_addc(b, *p++);
			continue;
		}
		buf_add(b, p, strlen(masks[i].begin));
		p += strlen(masks[i].begin);
		while (p < end && strchr(masks[i].ends, *p) == NULL)
			p++;
		buf_adds(b, "***");
	}
}

/* So many lines before its own may be those of the requests behind it. */
static size_t
lines_of(const struct finding *f, unsigned long *lines)
{
	size_t n = 0;

	if (f->line != 0)
		lines[n++] = f->line;
	if (f->last_line != 0 && f->last_line != f->line)
		lines[n++] = f->last_line;
	return (n);
}

struct sorted {
	struct finding		  held[FINDINGS_AT_MOST];
	const struct finding	**list;
	size_t			  n, nheld;
};

static struct sorted
sort(const struct session *s, uint64_t now)
{
	struct sorted k;

	k.n = findings_sorted(s, now, k.held, &k.nheld, &k.list);
	return (k);
}

static void
sorted_free(struct sorted *k)
{
	size_t i;

	for (i = 0; i < k->nheld; i++)
		finding_free(&k->held[i]);
	free(k->list);
}

/* What helps against it: in words, and where there are none, a command. */
static void
add_advice(struct buf *b, const struct finding *f)
{
	if (f->advice != NULL) {
		buf_adds(b, f->advice);
		return;
	}
	if (f->row->advice != NULL)
		buf_adds(b, f->row->advice);
	if (f->row->apart != NULL)
		buf_addf(b, "%s%s", b->len != 0 ? " " : "", f->row->apart);
}

/* The worst that is more than how it was found, if there is such. */
static size_t
to_begin_with(const struct sorted *k)
{
	size_t i;

	for (i = 0; i < k->n && k->list[i]->row->severity ==
	    k->list[0]->row->severity; i++) {
		if (strncmp(k->list[i]->row->id, "found-in-", 9) != 0)
			return (i);
	}
	return (0);
}

/* The one advice: what helps against the worst. */
static void
advice(const struct session *s, const struct sorted *k, const struct fate *f,
    uint64_t now, struct buf *b)
{
	struct advice a;
	size_t i;

	for (i = to_begin_with(k); i < k->n && b->len == 0; i++) {
		if (k->list[i]->row->severity != SEVERITY_NOTE)
			add_advice(b, k->list[i]);
	}
	if (b->len == 0 && k->n != 0 &&
	    k->list[0]->row->severity != SEVERITY_NOTE) {
		a = advice_of(s, s->said_stack, now);
		advice_words(&a, b);
	}
	if (b->len != 0)
		return;
	if (k->n != 0 && (k->list[0]->advice != NULL ||
	    k->list[0]->row->fault == FINDING_FAULT_OPEN))
		add_advice(b, k->list[0]);
	else if (f->severity == SEVERITY_NOTE && last_request(s) != NULL)
		buf_adds(b, "Nothing: the text shows no fault. If the new "
		    "firmware does not run, check the firmware and its "
		    "address.");
}

static const char *const fact_words[FACT_COUNT] = {
	[FACT_CLOCK] = "the times",
	[FACT_WAITS] = "the announced waits",
	[FACT_PAYLOAD] = "the bytes sent",
	[FACT_DESCRIPTORS] = "the descriptors",
	[FACT_ATTRIBUTES] = "the attributes (bmAttributes)",
	[FACT_MAP] = "the memory map",
	[FACT_STATUS] = "the states",
	[FACT_ERROR_CODE] = "the error codes",
	[FACT_OTHERS] = "whether other programs used the device",
};

/* What the source of the session lacks, and what no answer told. */
static uint16_t
lacks_of(const struct explain *x, const struct session *s)
{
	uint16_t mask = s->who != NULL ? s->who->lacks : 0;

	mask |= FACT(FACT_DESCRIPTORS) | FACT(FACT_PAYLOAD);
	if (!(x->known & EVENT_KNOWS_WAIT))
		mask |= FACT(FACT_WAITS);
	if (!(x->known & EVENT_KNOWS_STATE))
		mask |= FACT(FACT_STATUS);
	if (!(x->known & EVENT_KNOWS_STATUS))
		mask |= FACT(FACT_ERROR_CODE);
	return (mask);
}

static void
lacks_words(const struct session *s, uint16_t mask, struct buf *b)
{
	unsigned i;
	size_t was = b->len;

	for (i = 0; i < FACT_COUNT; i++) {
		if (!(mask & FACT(i)))
			continue;
		buf_addf(b, "%s%s", b->len == was ? "" : "; ", fact_words[i]);
	}
	if (s->who != NULL && s->who->size_untold)
		buf_addf(b, "%sthe transfer size (wTransferSize)",
		    b->len == was ? "" : "; ");
}

static bool
has_tool(const struct source_told *told, const char *name)
{
	size_t i;

	for (i = 0; i < told->ntools; i++) {
		if (strcmp(told->tools[i], name) == 0)
			return (true);
	}
	return (false);
}

/* The command line, with these words behind the program's name. */
static void
add_again(struct buf *b, const char *command, const char *words)
{
	size_t n = strcspn(command, " ");

	text_print(b, command, n);
	buf_adds(b, words);
	text_print(b, command + n, strlen(command + n));
	buf_adds(b, " > log.txt 2>&1");
}

/* What a tool prints more with, behind its name. */
static const struct {
	const char	*tool, *begins, *words, *same;
} louder[] = {
	{ "dfu-util", "dfu-util", " -vvv", "the same dfu-util command with "
	    "-vvv and > log.txt 2>&1 appended" },
	{ "dfu-programmer", "dfu-programmer", NULL, "the same dfu-programmer "
	    "command with --debug 200 and > log.txt 2>&1 appended" },
	{ "STM32CubeProgrammer", "STM32_Programmer", " -vb 3",
	    "STM32_Programmer_CLI -c port=usb1 -vb 3 -log log.txt, followed "
	    "by the same options" },
	{ "fwupd", "dfu-tool", " --verbose", "sudo fwupdtool install FILE "
	    "--verbose --plugins dfu > log.txt 2>&1" },
};

/* Of every system that it may be: the text names none. */
static void
capture_words(struct buf *b, enum source_system system)
{
	static const struct {
		enum source_system	 system;
		const char		*name, *words;
	} rows[] = {
		{ SOURCE_LINUX, "Linux", "sudo modprobe usbmon; sudo cat "
		    "/sys/kernel/debug/usb/usbmon/0u > usb.txt" },
		{ SOURCE_WINDOWS, "Windows", "USBPcapCMD.exe -d "
		    "\\\\.\\USBPcap1 -A -o usb.pcap" },
		{ SOURCE_MACOS, "macOS", "sudo ifconfig XHC20 up; sudo "
		    "tcpdump -i XHC20 -w usb.pcap" },
	};
	size_t i, was = b->len;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (system == rows[i].system)
			buf_adds(b, rows[i].words);
		else if (system == SOURCE_ANY_SYSTEM)
			buf_addf(b, "%s%s (on %s)", b->len == was ? "" :
			    ", or ", rows[i].words, rows[i].name);
	}
	buf_adds(b, ", while you repeat the attempt");
}

static void
no_device_words(struct buf *b, enum source_system system)
{
	switch (system) {
	case SOURCE_WINDOWS:
		buf_adds(b, "dfu-util -l and pnputil /enum-devices "
		    "/connected");
		break;
	case SOURCE_MACOS:
		buf_adds(b, "dfu-util -l; system_profiler SPUSBDataType");
		break;
	case SOURCE_LINUX:
	case SOURCE_ANY_SYSTEM:
		buf_adds(b, "lsusb; dfu-util -l; sudo dmesg | tail -30");
		break;
	}
	buf_adds(b, ", each right after you plug in the device");
}

/* What to run for what is not in the text. False: nothing. */
static bool
collect(const struct session *s, const struct sorted *k,
    const struct source_told *told, struct buf *b)
{
	size_t i;

	buf_reset(b);
	for (i = 0; i < k->n; i++) {
		if (strcmp(k->list[i]->row->id, "no-device") == 0) {
			no_device_words(b, told->system);
			return (true);
		}
		if (strcmp(k->list[i]->row->id, "no-enumeration") == 0) {
			buf_adds(b, "sudo dmesg -w while you plug in the "
			    "device, at another port and through a USB 2.0 "
			    "hub");
			return (true);
		}
	}
	if (s->who == NULL || (!(s->who->lacks & FACT(FACT_CLOCK)) &&
	    s->nrequests != 0))
		return (false);
	for (i = 0; i < sizeof(louder) / sizeof(louder[0]); i++) {
		if (!has_tool(told, louder[i].tool))
			continue;
		if (louder[i].words != NULL && strncmp(told->command,
		    louder[i].begins, strlen(louder[i].begins)) == 0) {
			add_again(b, told->command, louder[i].words);
			if (i == 0)
				buf_adds(b, "; dfu-util -l");
			return (true);
		}
		buf_adds(b, louder[i].same);
		if (i == 0)
			buf_adds(b, ", then dfu-util -l");
		return (true);
	}
	capture_words(b, told->system);
	return (true);
}

bool
explain_log_failed(const struct session *s)
{
	struct fate f = fate_of(s);
	bool failed = f.severity > SEVERITY_NOTE;

	buf_free(&f.text);
	return (failed);
}

static void
tool_words(const struct source_told *told, struct buf *b)
{
	size_t i;

	for (i = 0; i < told->ntools; i++)
		buf_addf(b, "%s%s", i == 0 ? "" : ", ", told->tools[i]);
	if (told->ntools == 0)
		buf_adds(b, "a tool");
}

static void
device_words(const struct session *s, struct buf *b)
{
	const struct dfu_function *f = session_function(s);
	const struct identity *who = who_of(s);

	if (who != NULL)
		buf_addf(b, "%04x:%04x", who->vendor, who->product);
	else
		buf_adds(b, "a device without an id in the text");
	if (f == NULL || !f->functional.present)
		return;
	buf_adds(b, ", DFU ");
	dfu_version_words(b, f->functional.bcdDFUVersion);
	if (!s->who->size_untold)
		buf_addf(b, ", wTransferSize %u",
		    f->functional.wTransferSize);
	if (!(s->who->lacks & FACT(FACT_ATTRIBUTES)))
		buf_addf(b, ", bmAttributes 0x%02x",
		    f->functional.bmAttributes);
}

static void
add_quotes(struct buf *b, const struct source *source,
    const struct finding *f, const char *front, bool mask)
{
	unsigned long lines[QUOTES];
	size_t i, from, n = lines_of(f, lines);
	struct buf line = { 0 }, shown = { 0 };

	for (i = 0; i < n; i++) {
		if (!find_line(source, lines[i], &line))
			continue;
		plain_line(&line);
		buf_reset(&shown);
		if (mask)
			explain_log_mask(&shown, buf_str(&line), line.len);
		else
			buf_add(&shown, line.data, line.len);
		from = b->len;
		buf_addf(b, "%s%lu: %s\n", front, lines[i], buf_str(&shown));
		/* Another finding may have shown it. */
		if (from != 0 && memmem(b->data, from, b->data + from,
		    b->len - from) != NULL && mask)
			buf_cut(b, from);
	}
	buf_free(&line);
	buf_free(&shown);
}

static void
add_finding_text(struct buf *b, const struct source *source,
    const struct finding *f)
{
	struct buf title = { 0 };

	buf_addf(&title, "%s: %s [%s]", severity_name(f->row->severity),
	    f->row->title, f->row->id);
	wrap_hang(b, 0, 4, buf_str(&title));
	buf_free(&title);
	add_quotes(b, source, f, "    line ", false);
	if (f->row->severity == SEVERITY_NOTE)
		return;
	wrap_add(b, 4, "Cause: ", finding_cause(f));
	wrap_add(b, 4, "Check: ", f->row->apart);
}

static void
add_session_text(struct buf *b, const struct explain *x, size_t part,
    const struct source *source, const struct source_told *told)
{
	const struct session *s = x->sessions->list[part];
	struct sorted k = sort(s, x->sessions->last);
	struct fate fate = fate_of(s);
	struct buf line = { 0 };
	size_t i;

	buf_addc(b, '\n');
	device_words(s, &line);
	wrap_hang(b, 0, 4, buf_str(&line));
	buf_adds(b, "\npath\n");
	buf_reset(&line);
	explain_path(&x->parts[part]->path, '~', &line);
	if (s->nrequests == 0 && line.len != 0)
		buf_adds(&line, ". ");
	if (s->nrequests == 0)
		buf_adds(&line, "The text shows no request.");
	else
		buf_addf(&line, "; requests: about %u, most of them inferred "
		    "from the output of the tool",
		    session_requests(s));
	for (i = 0; i < line.len; i++) {
		if (line.data[i] == '~')
			line.data[i] = ' ';
	}
	wrap_hang(b, 4, 4, buf_str(&line));
	buf_adds(b, "\noutcome\n");
	buf_reset(&line);
	buf_addf(&line, "%s: %s", fate.word, buf_str(&fate.text));
	wrap_hang(b, 4, 4, buf_str(&line));
	buf_adds(b, "\nfindings\n");
	for (i = 0; i < k.n; i++)
		add_finding_text(b, source, k.list[i]);
	if (k.n == 0)
		buf_adds(b, "    none\n");
	buf_reset(&line);
	advice(s, &k, &fate, x->sessions->last, &line);
	if (line.len != 0) {
		buf_adds(b, "\ntry\n");
		wrap_hang(b, 4, 4, buf_str(&line));
	}
	buf_reset(&line);
	lacks_words(s, lacks_of(x, s), &line);
	if (line.len != 0) {
		buf_adds(b, "\nnot in the log\n");
		wrap_hang(b, 4, 4, buf_str(&line));
	}
	if (collect(s, &k, told, &line) &&
	    (k.n == 0 || fate.severity != SEVERITY_NOTE ||
	    k.list[0]->row->fault == FINDING_FAULT_OPEN)) {
		buf_adds(b, "\nmore data\n");
		wrap_hang(b, 4, 4, buf_str(&line));
	}
	buf_free(&line);
	buf_free(&fate.text);
	sorted_free(&k);
}

static void
print_safely(struct buf *b, const struct buf *text)
{
	const char *s = buf_str(text), *end;

	for (; *s != '\0'; s = end + (*end != '\0')) {
		end = s + strcspn(s, "\n");
		text_print(b, s, (size_t)(end - s));
		buf_addc(b, '\n');
	}
}

void
explain_log_text(struct buf *b, const struct explain *x,
    const struct source *source)
{
	struct source_told told;
	struct buf line = { 0 }, text = { 0 };
	size_t i;

	if (!source_told(source, &told))
		return;
	buf_adds(&line, "log ");
	text_escape(&line, x->name, strlen(x->name));
	buf_adds(&line, ": ");
	tool_words(&told, &line);
	buf_addf(&line, "; %lu lines", told.lines);
	if (told.passed != 0)
		buf_addf(&line, ", %lu of them not understood (the first is "
		    "line %lu)", told.passed, told.first_passed);
	wrap_hang(&text, 0, 4, buf_str(&line));
	if (x->nparts == 0)
		buf_adds(&text, "The text names no device and no error.\n");
	for (i = 0; i < x->nparts; i++)
		add_session_text(&text, x, i, source, &told);
	print_safely(b, &text);
	buf_free(&text);
	buf_free(&line);
}

/* JSON. */

void
explain_log_request(struct explain *x, const struct event *e)
{
	const struct session *s = sessions_by_dev(x->sessions, e->dev);
	const struct request *r = s != NULL ?
	    session_request(s, e->number) : NULL;
	const struct dfu_request_row *row = r != NULL ?
	    dfu_request_of(&r->setup) : NULL;
	struct buf name = { 0 };
	json_t *o;

	x->known |= e->basis == EVENT_SEEN ? EVENT_KNOWS_ALL : e->known;
	if (row == NULL || x->nrequests++ >= REQUESTS_MOST || !x->listed)
		return;
	buf_addf(&name, "%s%s", row->name, row->bRequest == DFU_DNLOAD &&
	    r->setup.wLength == 0 ? " length 0" : "");
	o = json_own_object("request");
	json_own_number(o, "number", e->number);
	json_own_string(o, "name", buf_str(&name));
	json_own_string(o, "outcome", outcome_name((enum outcome)e->outcome));
	json_own_string(o, "basis",
	    event_basis_name((enum event_basis)e->basis));
	json_own_number(o, "line", e->line);
	if (r->replied)
		json_object_set_new(o, "state",
		    json_own_state(r->reply.bState));
	json_own_finish(&x->requests, o);
	buf_free(&name);
}

static json_t *
lacks_array(uint16_t mask)
{
	json_t *a = json_array();
	unsigned i;

	for (i = 0; i < FACT_COUNT; i++) {
		if (mask & FACT(i))
			json_array_append_new(a,
			    json_string(fact_name((enum fact)i)));
	}
	return (a);
}

static void
add_session_json(struct buf *b, const struct explain *x,
    const struct session *s, const struct sorted *k,
    const struct source_told *told)
{
	const struct dfu_function *f = session_function(s);
	const struct identity *who = who_of(s);
	struct fate fate = fate_of(s);
	json_t *o = json_own_object("session"), *v;
	struct buf words = { 0 };

	json_own_string(o, "basis", "inferred");
	if (who != NULL) {
		buf_addf(&words, "%04x:%04x", who->vendor, who->product);
		json_own_string(o, "id", buf_str(&words));
	}
	json_own_number(o, "sent", session_requests(s));
	json_object_set_new(o, "reported", s->reported.known ?
	    json_own_state(s->reported.state) : json_null());
	json_object_set_new(o, "believed", s->present && s->estimate.how !=
	    ESTIMATE_UNKNOWN ? json_own_state(s->estimate.state) :
	    json_null());
	if (f != NULL && f->functional.present) {
		buf_reset(&words);
		buf_addf(&words, "%04x", f->functional.bcdDFUVersion);
		json_own_string(o, "dfu", buf_str(&words));
		if (!s->who->size_untold)
			json_own_number(o, "transfer_size",
			    f->functional.wTransferSize);
		if (!(s->who->lacks & FACT(FACT_ATTRIBUTES))) {
			buf_reset(&words);
			buf_addf(&words, "0x%02x", f->functional.bmAttributes);
			json_own_string(o, "attributes", buf_str(&words));
		}
	}
	json_object_set_new(o, "lacks", lacks_array(lacks_of(x, s)));
	buf_reset(&words);
	advice(s, k, &fate, x->sessions->last, &words);
	v = json_pack("{s:s, s:s}", "word", fate.word, "severity",
	    severity_name(fate.severity));
	json_own_words(v, "remedy", words.data, words.len);
	json_own_words(v, "text", fate.text.data, fate.text.len);
	json_object_set_new(o, "verdict", v);
	json_own_string(o, "collect", collect(s, k, told, &words) ?
	    buf_str(&words) : NULL);
	json_own_finish(b, o);
	buf_free(&fate.text);
	buf_free(&words);
}

static void
add_finding_json(struct buf *b, const struct source *source,
    const struct finding *f)
{
	const struct finding_row *row = f->row;
	json_t *o = json_own_object("finding"), *quotes = json_array(), *q;
	unsigned long lines[QUOTES];
	size_t i, n = lines_of(f, lines);
	struct buf line = { 0 };

	json_own_string(o, "id", row->id);
	json_own_string(o, "life", finding_life_name(f->life));
	json_own_string(o, "severity", severity_name(row->severity));
	json_own_string(o, "class", finding_class_name(row->class));
	json_own_string(o, "side", finding_fault_words(row->fault));
	json_own_string(o, "title", row->title);
	if (f->evidence != NULL)
		json_own_words(o, "evidence", f->evidence,
		    strlen(f->evidence));
	for (i = 0; i < n; i++) {
		if (!find_line(source, lines[i], &line))
			continue;
		plain_line(&line);
		q = json_pack("{s:I}", "line", (json_int_t)lines[i]);
		json_own_words(q, "text", line.data, line.len);
		json_array_append_new(quotes, q);
	}
	json_object_set_new(o, "lines", quotes);
	json_own_number(o, "count", f->count);
	json_own_string(o, "mechanism", finding_cause(f));
	json_own_string(o, "apart", row->apart);
	buf_reset(&line);
	add_advice(&line, f);
	json_own_words(o, "remedy", line.data, line.len);
	json_own_string(o, "firmware", row->firmware);
	json_own_string(o, "source", row->source);
	json_own_finish(b, o);
	buf_free(&line);
}

void
explain_log_json(struct buf *b, const struct explain *x,
    const struct source *source)
{
	struct source_told told;
	struct sorted k;
	json_t *o, *tools;
	size_t i, j;

	if (!source_told(source, &told))
		return;
	o = json_own_object("log");
	tools = json_array();
	json_own_words(o, "file", x->name, strlen(x->name));
	for (i = 0; i < told.ntools; i++)
		json_array_append_new(tools, json_string(told.tools[i]));
	json_object_set_new(o, "tools", tools);
	json_own_number(o, "lines", told.lines);
	json_own_number(o, "not_understood", told.passed);
	if (told.passed != 0)
		json_own_number(o, "first_not_understood",
		    told.first_passed);
	json_own_number(o, "requests", x->nrequests);
	json_own_finish(b, o);
	buf_add(b, x->requests.data, x->requests.len);
	for (i = 0; i < x->nparts; i++) {
		k = sort(x->sessions->list[i], x->sessions->last);
		add_session_json(b, x, x->sessions->list[i], &k, &told);
		for (j = 0; j < k.n; j++)
			add_finding_json(b, source, k.list[j]);
		sorted_free(&k);
	}
}

/* Markdown. */

void
explain_log_markdown(struct buf *b, const struct explain *x,
    const struct source *source)
{
	const struct session *s = main_session(x);
	struct source_told told;
	struct sorted k;
	struct fate fate;
	struct buf line = { 0 }, quotes = { 0 };
	size_t i, shown = 0;
	bool fault;

	if (!source_told(source, &told))
		return;
	if (s == NULL) {
		buf_adds(b, "The text names no device.\n");
		return;
	}
	k = sort(s, x->sessions->last);
	fate = fate_of(s);
	device_words(s, &line);
	fault = k.n != 0 && (k.list[0]->row->severity != SEVERITY_NOTE ||
	    k.list[0]->row->fault == FINDING_FAULT_OPEN);
	buf_adds(b, fault ? "**Cause.** " : "**Outcome.** ");
	if (k.n != 0) {
		text_sentence(b, k.list[0]->row->title);
		buf_addf(b, " (`%s`). ", k.list[0]->row->id);
	}
	buf_addf(b, "%s (%s)\n", buf_str(&fate.text), buf_str(&line));
	for (i = 0; i < k.n && shown < 3; i++) {
		if (i > 0 && k.list[i]->row->severity == SEVERITY_NOTE)
			continue;
		shown++;
		add_quotes(&quotes, source, k.list[i], "line ", true);
	}
	if (quotes.len != 0)
		buf_addf(b, "\n**Evidence.**\n```\n%s```\n",
		    buf_str(&quotes));
	if (k.n != 0 && k.list[0]->row->severity != SEVERITY_NOTE)
		buf_addf(b, "\n%s\n", finding_cause(k.list[0]));
	buf_reset(&line);
	advice(s, &k, &fate, x->sessions->last, &line);
	if (line.len != 0)
		buf_addf(b, "\n**Try.** %s\n", buf_str(&line));
	if (collect(s, &k, &told, &line)) {
		buf_addf(b, "\n**If %s, attach** the output of: ",
		    fault ? "that does not help" :
		    "something is still wrong");
		explain_log_mask(b, buf_str(&line), line.len);
		buf_addc(b, '\n');
	}
	sorted_free(&k);
	buf_free(&fate.text);
	buf_free(&quotes);
	buf_free(&line);
}
