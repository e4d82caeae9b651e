/* SPDX-License-Identifier: ISC */
/* Single requests: what is filled in when they are sent, and how they end. */
#include "tests/diagnosis/walk.h"

#include "job/jobs.h"

/* The request that a job wishes for at first; the device is dfu11. */
static struct xfer
wish(struct job *j, const struct session *s, const struct job_settings *set)
{
	assert_int_equal(j->ops->next(j, s, set, 0), JOB_EFFECT);
	assert_int_equal(j->effect.kind, EFFECT_SUBMIT);
	return (j->effect.xfer);
}

static void
check(struct job *j, const struct session *s, uint16_t xfer_size,
    struct setup want)
{
	const struct job_settings set = { .xfer_size = xfer_size };
	struct setup got = wish(j, s, &set).setup;

	if (!setup_equal(&got, &want))
		fail_msg("%02x %02x, value %u, index %u, length %u",
		    got.bmRequestType, got.bRequest, got.wValue, got.wIndex,
		    got.wLength);
	job_free(j);
}

#define OUT 0x21
#define IN 0xa1
#define SETUP(type, request, value, length)                                  \
	(struct setup)                                                       \
	{                                                                    \
		.bmRequestType = type, .bRequest = request, .wValue = value, \
		.wLength = length                                            \
	}

static void
what_is_not_said_is_filled_in(void **state)
{
	static const uint8_t bytes[3] = { 1, 2, 3 };
	const struct dfu_function *f;
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	f = session_function(t.s);
	t.s->next_block = 7;
	check(job_dnload(-1, bytes, 3), t.s, 0, SETUP(OUT, DFU_DNLOAD, 7, 3));
	check(job_dnload(0, bytes, 3), t.s, 0, SETUP(OUT, DFU_DNLOAD, 0, 3));
	check(job_dnload(-1, NULL, 0), t.s, 0, SETUP(OUT, DFU_DNLOAD, 7, 0));
	check(job_upload(-1, -1), t.s, 0,
	    SETUP(IN, DFU_UPLOAD, 7, session_transfer_size(t.s)));
	check(job_upload(-1, -1), t.s, 100, SETUP(IN, DFU_UPLOAD, 7, 100));
	check(job_upload(0, 0), t.s, 100, SETUP(IN, DFU_UPLOAD, 0, 0));
	check(job_detach(-1), t.s, 0,
	    SETUP(OUT, DFU_DETACH, f->functional.wDetachTimeOut, 0));
	check(job_detach(0), t.s, 0, SETUP(OUT, DFU_DETACH, 0, 0));
	check(job_alternate(3), t.s, 0,
	    SETUP(USB_RECIP_INTERFACE, USB_REQ_SET_INTERFACE, 3, 0));
	check(job_class(DFU_GETSTATUS), t.s, 0, SETUP(IN, DFU_GETSTATUS, 0, 6));
	/* The interface's own number, and a descriptor that says nothing. */
	((struct dfu_function *)(uintptr_t)f)->bInterfaceNumber = 2;
	((struct dfu_function *)(uintptr_t)f)->functional.present = false;
	check(job_detach(-1), t.s, 0,
	    (struct setup){ .bmRequestType = OUT,
		.bRequest = DFU_DETACH,
		.wValue = 1000,
		.wIndex = 2 });
	check(job_xfer(&SETUP(IN, DFU_GETSTATE, 5, 1), NULL, false), t.s, 0,
	    SETUP(IN, DFU_GETSTATE, 5, 1));
	walk_close(&t);
}

static void
a_time_limit_of_its_own_is_kept(void **state)
{
	const struct job_settings set = { 0 };
	const struct setup setup = SETUP(IN, DFU_GETSTATUS, 0, 6);
	struct walk t;
	struct job *j;

	(void)state;
	walk_open(&t, "dfu11");
	j = job_xfer_within(&setup, NULL, 1234);
	assert_int_equal(wish(j, t.s, &set).timeout, 1234);
	job_free(j);
	j = job_xfer(&setup, NULL, true);
	assert_int_equal(wish(j, t.s, &set).timeout, 0);
	job_free(j);
	walk_close(&t);
}

/* Without a number it is the iString of the last GETSTATUS, and not 0. */
static void
a_string_is_the_one_that_was_named(void **state)
{
	static const struct step none[] = { STATUS(
	    0, "000000000200", 2, NONE) };
	static const struct step four[] = { STATUS(
	    10, "000000000204", 2, NONE) };
	const struct job_settings set = { 0 };
	struct walk t;
	struct job *j;

	(void)state;
	walk_open(&t, "dfu11");
	j = job_string(-1);
	assert_int_equal(j->ops->next(j, t.s, &set, 0), JOB_DONE);
	assert_int_equal(j->result.code, CODE_USAGE);
	job_free(j);
	walk_run(&t, none, 2);
	j = job_string(-1);
	assert_int_equal(j->ops->next(j, t.s, &set, 0), JOB_DONE);
	assert_int_equal(j->result.code, CODE_USAGE);
	job_free(j);
	walk_run(&t, four, 2);
	j = job_string(-1);
	assert_int_equal(j->ops->next(j, t.s, &set, 0), JOB_CALL);
	check(j->child, t.s, 0,
	    (struct setup){ .bmRequestType = USB_DIR_IN,
		.bRequest = USB_REQ_GET_DESCRIPTOR,
		.wValue = 0x0304,
		.wIndex = USB_LANGID_ENGLISH_US,
		.wLength = 255 });
	job_free(j);
	j = job_string(0);
	assert_int_equal(j->ops->next(j, t.s, &set, 0), JOB_DONE);
	assert_int_equal(j->result.code, CODE_USAGE);
	job_free(j);
	j = job_string(9);
	assert_int_equal(j->ops->next(j, t.s, &set, 0), JOB_CALL);
	check(j->child, t.s, 0,
	    (struct setup){ .bmRequestType = USB_DIR_IN,
		.bRequest = USB_REQ_GET_DESCRIPTOR,
		.wValue = 0x0309,
		.wIndex = USB_LANGID_ENGLISH_US,
		.wLength = 255 });
	job_free(j);
	walk_close(&t);
}

/* A block has 1 to 65535 bytes, from a file too. */
static void
a_file_is_one_block(void **state)
{
	static uint8_t bytes[65536];
	static const struct {
		size_t n;
		bool good;
	} rows[] = { { 0, false }, { 1, true }, { 65535, true },
		{ 65536, false } };
	const struct job_settings set = { 0 };
	struct walk t;
	struct job *j;
	size_t i;

	(void)state;
	walk_open(&t, "dfu11");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		j = job_dnload_file(0, "x");
		assert_int_equal(j->ops->next(j, t.s, &set, 0), JOB_EFFECT);
		assert_int_equal(j->effect.kind, EFFECT_READ_FILE);
		j->ops->file(j, bytes, rows[i].n, NULL);
		if (rows[i].good) {
			assert_int_equal(
			    wish(j, t.s, &set).setup.wLength, rows[i].n);
		} else {
			assert_int_equal(
			    j->ops->next(j, t.s, &set, 0), JOB_DONE);
			assert_int_equal(j->result.code, CODE_NO_INPUT);
		}
		job_free(j);
	}
	walk_close(&t);
}

/* Whether it left shows a moment later: until then it is not over. */
static void
gone_is_waited_for(void **state)
{
	const struct job_settings set = { 0 };
	struct event e = { .kind = EVENT_COMPLETE,
		.outcome = OUTCOME_BUSERROR,
		.time = 1000 };
	struct event left = { .kind = EVENT_LEFT, .time = 2000 };
	struct walk t;
	struct job *j;

	(void)state;
	walk_open(&t, "dfu11");
	j = job_class(DFU_GETSTATUS);
	wish(j, t.s, &set);
	assert_int_equal(j->ops->next(j, t.s, &set, 500), JOB_WAIT);
	j->ops->event(j, t.s, &e);
	assert_int_equal(j->ops->next(j, t.s, &set, 1000), JOB_WAIT);
	assert_int_equal(j->until, 1000 + SESSION_GONE_WITHIN);
	assert_int_equal(j->ops->next(j, t.s, &set, j->until - 1), JOB_WAIT);
	assert_int_equal(j->ops->next(j, t.s, &set, j->until), JOB_DONE);
	job_free(j);
	j = job_class(DFU_GETSTATUS);
	wish(j, t.s, &set);
	j->ops->event(j, t.s, &e);
	j->ops->event(j, t.s, &left);
	assert_int_equal(j->ops->next(j, t.s, &set, 2000), JOB_DONE);
	job_free(j);
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_is_filled_in),
		cmocka_unit_test(a_time_limit_of_its_own_is_kept),
		cmocka_unit_test(a_string_is_the_one_that_was_named),
		cmocka_unit_test(a_file_is_one_block),
		cmocka_unit_test(gone_is_waited_for),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
