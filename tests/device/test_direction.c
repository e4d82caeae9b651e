/* SPDX-License-Identifier: ISC */
/* Requests whose data stage goes the wrong way. */
#include <string.h>

#include "tests/device/steps.h"

#define OUT	0x21
#define IN	0xa1

struct ask {
	uint8_t		 type;
	uint8_t		 request;
	uint16_t	 length;
	const char	*out;
	enum sim_answer	 answer;
	int		 state;
	const char	*reply;		/* hex; NULL: none is looked at */
};

static void
run(const char *spec, const struct ask *asks, size_t n)
{
	struct buf hex = { 0 };
	struct rig r;
	size_t i;

	rig_open(&r, spec);
	for (i = 0; i < n; i++) {
		if (rig_request(&r, asks[i].type, asks[i].request, 0, 0,
		    asks[i].length, (const uint8_t *)asks[i].out) !=
		    asks[i].answer || sim_state(r.sim) != asks[i].state)
			fail_msg("%s: request %zu: state %d", spec, i,
			    sim_state(r.sim));
		buf_reset(&hex);
		buf_addhex(&hex, r.in.data, r.in.len);
		if (asks[i].reply != NULL)
			assert_string_equal(buf_str(&hex), asks[i].reply);
	}
	buf_free(&hex);
	rig_close(&r);
}

#define RUN(spec, asks)	run(spec, asks, COUNT(asks))

static void
test_strict_devices_look_at_it(void **state)
{
	static const struct ask asks[] = {
		{ IN, DFU_ABORT, 0, NULL, SIM_STALL, 10, "" },
		{ IN, DFU_CLRSTATUS, 0, NULL, SIM_STALL, 10, "" },
		{ OUT, DFU_GETSTATUS, 6, "123456", SIM_STALL, 10, "" },
		{ OUT, DFU_CLRSTATUS, 0, NULL, SIM_ACK, 2, "" },
	};

	(void)state;
	RUN("dfu11", asks);
	RUN("stm32f072", asks);
}

static void
test_without_data_it_is_the_same_request(void **state)
{
	static const struct ask asks[] = {
		{ IN, DFU_ABORT, 0, NULL, SIM_ACK, 2, "" },
		{ OUT, DFU_DNLOAD, 2, "\x01\x02", SIM_ACK, 3, "" },
		{ OUT, DFU_GETSTATUS, 0, NULL, SIM_ACK, 5, "" },
		{ IN, DFU_DNLOAD, 0, NULL, SIM_ACK, 6, "" },
		{ IN, DFU_GETSTATE, 1, NULL, SIM_ACK, 6, "06" },
	};
	static const struct ask clears[] = {
		{ IN, DFU_CLRSTATUS, 0, NULL, SIM_ACK, 10, "" },
		{ IN, DFU_CLRSTATUS, 0, NULL, SIM_ACK, 2, "" },
	};

	(void)state;
	RUN("dapboot", asks);
	run("uboot", asks, 3);
	RUN("st", clears);
	run("tinyusb,start=error", clears + 1, 1);
}

/* The host sends where it should have asked: taken, and acted on. */
static void
test_a_question_that_goes_out(void **state)
{
	static const struct ask tiny[] = {
		{ OUT, DFU_DNLOAD, 2, "\x01\x02", SIM_ACK, 3, "" },
		{ OUT, DFU_GETSTATUS, 6, "123456", SIM_ACK, 4, "" },
		{ OUT, DFU_UPLOAD, 4, "1234", SIM_ACK, 4, "" },
		{ OUT, DFU_GETSTATE, 1, "1", SIM_ACK, 4, "" },
	};
	static const struct ask st[] = {
		{ OUT, DFU_DNLOAD, 2, "\x01\x02", SIM_ACK, 3, "" },
		{ OUT, DFU_GETSTATUS, 6, "123456", SIM_SILENT, 4, "" },
		{ IN, DFU_GETSTATUS, 6, NULL, SIM_ACK, 3, "000000000400" },
	};

	(void)state;
	RUN("tinyusb", tiny);
	RUN("st", st);
}

/* It asks where it should have sent: that is what the buffer holds. */
static void
test_a_download_that_comes_in(void **state)
{
	static const struct ask asks[] = {
		{ OUT, DFU_DNLOAD, 2, "\x01\x02", SIM_ACK, 3, "" },
		{ OUT, DFU_ABORT, 0, NULL, SIM_ACK, 2, "" },
		{ IN, DFU_DNLOAD, 4, NULL, SIM_ACK, 3, "01020000" },
		{ IN, DFU_GETSTATUS, 6, NULL, SIM_ACK, 5, "001900000400" },
		{ OUT, DFU_ABORT, 0, NULL, SIM_ACK, 2, "" },
		{ IN, DFU_UPLOAD, 5, NULL, SIM_ACK, 9, "01020000ff" },
	};
	static const struct ask tiny[] = {
		{ IN, DFU_DNLOAD, 3, NULL, SIM_ACK, 3, "000000" },
	};
	static const struct ask st[] = {
		{ IN, DFU_DNLOAD, 3, NULL, SIM_SILENT, 3, "" },
		{ IN, DFU_ABORT, 3, NULL, SIM_SILENT, 2, "" },
	};

	(void)state;
	RUN("dapboot", asks);
	RUN("tinyusb", tiny);
	RUN("st", st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strict_devices_look_at_it),
		cmocka_unit_test(test_without_data_it_is_the_same_request),
		cmocka_unit_test(test_a_question_that_goes_out),
		cmocka_unit_test(test_a_download_that_comes_in),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
