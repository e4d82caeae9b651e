/* SPDX-License-Identifier: ISC */
#include "dfu/spec.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "wire/usb.h"

const struct dfu_state_row dfu_states[DFU_STATE_COUNT] = {
	[DFU_STATE_APP_IDLE] = { "appIDLE",
	    "The device runs its application.",
	    "A.2.1", DFU_STATES_RUNTIME | DFU_STATES_REST },
	[DFU_STATE_APP_DETACH] = { "appDETACH",
	    "The device accepted DETACH and waits for the bus reset that "
	    "starts DFU mode.",
	    "A.2.2", DFU_STATES_RUNTIME },
	[DFU_STATE_IDLE] = { "dfuIDLE",
	    "The device is in DFU mode and waits for a transfer.",
	    "A.2.3", DFU_STATES_REST },
	[DFU_STATE_DNLOAD_SYNC] = { "dfuDNLOAD-SYNC",
	    "The device holds a block and does not process it before the next "
	    "GETSTATUS.",
	    "A.2.4", DFU_STATES_BLOCK | DFU_STATES_SYNC },
	[DFU_STATE_DNBUSY] = { "dfuDNBUSY",
	    "The device processes a block; no request is allowed until the "
	    "announced wait (bwPollTimeout) is over.",
	    "A.2.5", DFU_STATES_BLOCK | DFU_STATES_BUSY },
	[DFU_STATE_DNLOAD_IDLE] = { "dfuDNLOAD-IDLE",
	    "The device has processed a block and waits for the next one or "
	    "for the end.",
	    "A.2.6", DFU_STATES_OPEN },
	[DFU_STATE_MANIFEST_SYNC] = { "dfuMANIFEST-SYNC",
	    "The device has the whole image and does not start manifestation "
	    "before the next GETSTATUS.",
	    "A.2.7", DFU_STATES_MANIFEST | DFU_STATES_SYNC },
	[DFU_STATE_MANIFEST] = { "dfuMANIFEST",
	    "The device installs the new firmware; no request is allowed "
	    "until the announced wait is over.",
	    "A.2.8", DFU_STATES_MANIFEST | DFU_STATES_BUSY },
	[DFU_STATE_MANIFEST_WAIT_RESET] = { "dfuMANIFEST-WAIT-RESET",
	    "The device has installed the new firmware and does not answer "
	    "until a reset.",
	    "A.2.9", DFU_STATES_MUTE },
	[DFU_STATE_UPLOAD_IDLE] = { "dfuUPLOAD-IDLE",
	    "The device has sent a block and waits for the next UPLOAD.",
	    "A.2.10", DFU_STATES_OPEN },
	[DFU_STATE_ERROR] = { "dfuERROR",
	    "The device reports an error; bStatus names it, and CLRSTATUS "
	    "returns the device to dfuIDLE.",
	    "A.2.11", 0 },
};

/* S 6.1.2 */
static const struct dfu_status_row statuses[DFU_STATUS_COUNT] = {
	[0x00] = { "OK", "No error occurred." },
	[0x01] = { "errTARGET", "The file or address is not for this device." },
	[0x02] = { "errFILE", "The file failed a check of the vendor." },
	[0x03] = { "errWRITE", "The memory could not be written." },
	[0x04] = { "errERASE", "The erase failed." },
	[0x05] = { "errCHECK_ERASED", "The memory is not blank after an "
	    "erase." },
	[0x06] = { "errPROG", "Programming failed." },
	[0x07] = { "errVERIFY", "The data read back differs." },
	[0x08] = { "errADDRESS", "The address is outside the memory." },
	[0x09] = { "errNOTDONE", "The download ended before all data was "
	    "sent." },
	[0x0a] = { "errFIRMWARE", "The firmware is corrupt and cannot run." },
	[0x0b] = { "errVENDOR", "An error defined by the vendor; see "
	    "iString." },
	[0x0c] = { "errUSBR", "The device detected an unexpected bus reset." },
	[0x0d] = { "errPOR", "The device detected an unexpected power-on "
	    "reset." },
	[0x0e] = { "errUNKNOWN", "The device cannot name the error." },
	[0x0f] = { "errSTALLEDPKT", "The device stalled an unexpected "
	    "request." },
};

#define TO_DEVICE	(USB_TYPE_CLASS | USB_RECIP_INTERFACE)
#define TO_HOST		(USB_DIR_IN | TO_DEVICE)

const struct dfu_request_row dfu_requests[DFU_REQUEST_COUNT] = {
	[DFU_DETACH] = { "DETACH", "change to DFU mode",
	    "S 5.1", DFU_DETACH, TO_DEVICE, 0 },
	[DFU_DNLOAD] = { "DNLOAD", "send a block; a zero-length DNLOAD ends "
	    "the download",
	    "S 6.1.1", DFU_DNLOAD, TO_DEVICE, 0 },
	[DFU_UPLOAD] = { "UPLOAD", "read a block; a short block is the last",
	    "S 6.2.1", DFU_UPLOAD, TO_HOST, 0 },
	[DFU_GETSTATUS] = { "GETSTATUS",
	    "read status, announced wait and next state; advances the SYNC "
	    "states",
	    "S 6.1.2", DFU_GETSTATUS, TO_HOST, DFU_GETSTATUS_LENGTH },
	[DFU_CLRSTATUS] = { "CLRSTATUS", "clear the error, return to dfuIDLE",
	    "S 6.1.3", DFU_CLRSTATUS, TO_DEVICE, 0 },
	[DFU_GETSTATE] = { "GETSTATE", "read the state, change nothing",
	    "S 6.1.5", DFU_GETSTATE, TO_HOST, DFU_GETSTATE_LENGTH },
	[DFU_ABORT] = { "ABORT", "cancel the transfer, return to dfuIDLE",
	    "S 6.1.4", DFU_ABORT, TO_DEVICE, 0 },
};

/* S 4.1.3 */
const struct dfu_attribute_row dfu_attributes[] = {
	{ DFU_ATTR_CAN_DNLOAD, "bitCanDnload",
	    "accepts a download",
	    "accepts no download: stalls DNLOAD",
	    "download: yes", "download: no" },
	{ DFU_ATTR_CAN_UPLOAD, "bitCanUpload",
	    "allows an upload of its memory",
	    "allows no upload: stalls UPLOAD",
	    "upload: yes", "upload: no" },
	{ DFU_ATTR_MANIFESTATION_TOLERANT, "bitManifestationTolerant",
	    "answers after manifestation",
	    "does not answer after manifestation, until a reset",
	    "after update: answers", "after update: no answer until reset" },
	{ DFU_ATTR_WILL_DETACH, "bitWillDetach",
	    "disconnects and reconnects without a bus reset",
	    "stays connected until the host resets the bus",
	    "detaches itself", "needs a bus reset" },
};
const size_t dfu_attributes_count =
    sizeof(dfu_attributes) / sizeof(dfu_attributes[0]);

/* tolower(3) follows the locale, and some have no plain i. */
static int
lower(char c)
{
	return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
words_equal(const char *a, const char *b)
{
	for (; *a != '\0' && lower(*a) == lower(*b); a++, b++)
		;
	return (lower(*a) == lower(*b));
}

const char *
dfu_state_name(uint8_t state)
{
	return (state < DFU_STATE_COUNT ? dfu_states[state].name : "undefined");
}

void
dfu_state_words(struct buf *b, uint8_t state)
{
	if (state < DFU_STATE_COUNT)
		buf_adds(b, dfu_states[state].name);
	else
		buf_addf(b, "undefined state %u", state);
}

void
dfu_state_label(struct buf *b, uint8_t state)
{
	buf_addf(b, "%u %s", state, dfu_state_name(state));
}

static bool
parse_number(const char *s, uint8_t *v)
{
	uint64_t n;

	if (!text_number(s, UINT8_MAX, &n))
		return (false);
	*v = (uint8_t)n;
	return (true);
}

bool
dfu_state_parse(const char *s, uint8_t *state)
{
	size_t prefix = strlen("dfu");
	uint8_t i;

	/*
	 * From the end, so that "idle", the one name that both halves have,
	 * meets dfuIDLE first.
	 */
	for (i = DFU_STATE_COUNT; i-- > 0;) {
		if (!words_equal(s, dfu_states[i].name) &&
		    !words_equal(s, dfu_states[i].name + prefix))
			continue;
		*state = i;
		return (true);
	}
	return (parse_number(s, state));
}

const struct dfu_status_row *
dfu_status_row(uint8_t status)
{
	return (status < DFU_STATUS_COUNT ? &statuses[status] : NULL);
}

const char *
dfu_status_name(uint8_t status)
{
	return (status < DFU_STATUS_COUNT ? statuses[status].name :
	    "undefined");
}

void
dfu_status_words(struct buf *b, uint8_t status)
{
	if (status < DFU_STATUS_COUNT)
		buf_adds(b, statuses[status].name);
	else
		buf_addf(b, "undefined status %u", status);
}

void
dfu_status_label(struct buf *b, uint8_t status)
{
	buf_addf(b, "%u %s", status, dfu_status_name(status));
}

bool
dfu_status_parse(const char *s, uint8_t *status)
{
	size_t prefix = strlen("err");
	uint8_t i;

	for (i = 0; i < DFU_STATUS_COUNT; i++) {
		if (!words_equal(s, statuses[i].name) &&
		    (i == DFU_STATUS_OK ||
		    !words_equal(s, statuses[i].name + prefix)))
			continue;
		*status = i;
		return (true);
	}
	return (parse_number(s, status));
}

const struct dfu_request_row *
dfu_request_named(const char *name)
{
	size_t i;

	for (i = 0; i < DFU_REQUEST_COUNT; i++)
		if (words_equal(name, dfu_requests[i].name))
			return (&dfu_requests[i]);
	return (NULL);
}

bool
dfu_status_decode(const void *p, size_t n, struct dfu_status_reply *r)
{
	struct reader bytes = reader_of(p, n);
	struct dfu_status_reply reply;

	reply.bStatus = reader_u8(&bytes);
	reply.bwPollTimeout = reader_u24(&bytes);
	reply.bState = reader_u8(&bytes);
	reply.iString = reader_u8(&bytes);
	if (bytes.bad)
		return (false);
	*r = reply;
	return (true);
}

void
dfu_clause_words(struct buf *b, const char *clause)
{
	if (strncmp(clause, "S ", 2) == 0)
		clause += 2;
	buf_addf(b, strncmp(clause, "AN", 2) == 0 ? "%s" : "DFU 1.1 %s",
	    clause);
}
