/* SPDX-License-Identifier: ISC */
/* Every parameter has a sample here, and no mix of them breaks a device. */
#include <string.h>

#include "tests/device/steps.h"

#define DNLOAD		DFU_DNLOAD
#define UPLOAD		DFU_UPLOAD
#define GETSTATUS	DFU_GETSTATUS
#define CLRSTATUS	DFU_CLRSTATUS
#define GETSTATE	DFU_GETSTATE
#define ABORT		DFU_ABORT

/*
 * All faults that all profiles know, by twos on each: the same requests get
 * the same answers again, and none of them breaks the device.
 */
static const char *const samples[] = { "stuck=random", "stuck=2",
    "start=error", "start=manifest", "silent=getstatus@2", "stall=any@3",
    "gone=getstatus@4", "buserror=dnload@1", "short=any@1",
    "babble=getstate@1", "slow=getstatus@2", "slow-for=7",
    "fail=dnload@1:9:77", "sticks=3", "late=1", "read-only=0", "ends=short",
    "idle=9", "announce=noise", "chaos=30", "seed=7", "latency=5000",
    "announce=0", "announce=16777215", "watchdog=5", "back=dead",
    "back=tinyusb", "back-after=1", "strings=hostile", "descriptors=loop",
    "wrong=size-zero", "wrong=none" };

/* And those that only some know, alone and with chaos. */
static const char *const own_samples[] = { "mode=app", "tolerant=0",
    "will-detach=1", "can-dnload=0", "can-upload=0", "busy=reply", "poll=0",
    "write=5", "erase=5", "manifest=7", "finish=never", "size=64", "want=64",
    "firmware=corrupt", "flash=pattern", "rdp=1", "wrp=0-3",
    "poll-address=0", "poll-erase=0", "poll-write=300", "poll-mass-erase=0",
    "poll-manifest=9", "reports=at-once", "counts=1", "first=7",
    "unprotect=stays", "pages=half", "pages=double", "erase-moves=1",
    "core=otg" };

/* FNV-1a */
static uint64_t
mix(uint64_t sum, uint64_t value)
{
	return ((sum ^ value) * 0x100000001b3);
}

/* A number that stands for all answers to a download and a leave. */
static uint64_t
drive(const char *spec)
{
	static const struct {
		uint8_t		 type;
		uint8_t		 request;
		uint16_t	 length;
		const char	*out;
	} asks[] = {
		{ 0xa1, GETSTATUS, 6, NULL },
		{ 0x21, DNLOAD, 5, "\x21\0\0\0\x08" },
		{ 0xa1, GETSTATUS, 6, NULL }, { 0xa1, GETSTATUS, 6, NULL },
		{ 0xa1, GETSTATE, 1, NULL },
		{ 0x21, DNLOAD, 5, "\x41\0\0\0\x08" },
		{ 0xa1, GETSTATUS, 6, NULL }, { 0x21, CLRSTATUS, 0, NULL },
		{ 0x21, DNLOAD, 4, "\1\2\3\4" },
		{ 0xa1, GETSTATUS, 6, NULL }, { 0x21, DNLOAD, 0, NULL },
		{ 0xa1, GETSTATUS, 6, NULL }, { 0xa1, GETSTATUS, 6, NULL },
		{ 0x21, ABORT, 0, NULL }, { 0xa1, UPLOAD, 8, NULL },
		{ 0xa1, GETSTATUS, 6, NULL },
	};
	uint64_t sum = 0xcbf29ce484222325;
	struct rig r;
	size_t i, k;

	rig_open(&r, spec);
	for (i = 0; i < 2 * COUNT(asks); i++) {
		k = i % COUNT(asks);
		sum = mix(sum, (uint64_t)rig_request(&r, asks[k].type,
		    asks[k].request, 0, 0, asks[k].length,
		    (const uint8_t *)asks[k].out));
		sum = mix(sum, (uint64_t)(sim_state(r.sim) + 2));
		for (k = 0; k < r.in.len; k++)
			sum = mix(sum, r.in.data[k]);
	}
	rig_close(&r);
	return (sum);
}

static void
test_faults_combine(void **state)
{
	struct buf spec = { 0 };
	size_t p, i, k;

	(void)state;
	for (p = 0; p < sim_profiles_count; p++) {
		for (i = 0; i < COUNT(samples); i++) {
			for (k = i; k < COUNT(samples); k++) {
				buf_reset(&spec);
				buf_addf(&spec, "%s,%s,%s",
				    sim_profiles[p].name, samples[i],
				    samples[k]);
				if (drive(buf_str(&spec)) !=
				    drive(buf_str(&spec)))
					fail_msg("%s", buf_str(&spec));
			}
		}
	}
	assert_int_not_equal(drive("dfu11,chaos=30,seed=1"),
	    drive("dfu11,chaos=30,seed=2"));
	buf_free(&spec);
}

static bool
is_sample_of(const char *sample, const struct sim_parameter_row *row)
{
	size_t n = strlen(row->name);

	return (strncmp(sample, row->name, n) == 0 && sample[n] == '=');
}

/* The sample is one of a parameter that the profile has. */
static bool
takes(const char *profile, const char *sample)
{
	const struct sim_parameter_row *row;
	struct buf list = { 0 }, word = { 0 };
	bool found = false;
	size_t i;

	buf_addf(&word, " %s ", profile);
	for (i = 0; i < sim_parameters_count && !found; i++) {
		row = &sim_parameters[i];
		if (!is_sample_of(sample, row))
			continue;
		buf_reset(&list);
		buf_addf(&list, " %s ", row->profiles != NULL ?
		    row->profiles : profile);
		found = strstr(buf_str(&list), buf_str(&word)) != NULL;
	}
	buf_free(&list);
	buf_free(&word);
	return (found);
}

static void
test_own_faults_repeat(void **state)
{
	static const char *const others[] = { "stuck=1", "chaos=30" };
	struct buf spec = { 0 };
	size_t p, i, k;

	(void)state;
	for (p = 0; p < sim_profiles_count; p++) {
		for (i = 0; i < COUNT(own_samples); i++) {
			if (!takes(sim_profiles[p].name, own_samples[i]))
				continue;
			for (k = 0; k < COUNT(others); k++) {
				buf_reset(&spec);
				buf_addf(&spec, "%s,%s,%s",
				    sim_profiles[p].name, own_samples[i],
				    others[k]);
				if (drive(buf_str(&spec)) !=
				    drive(buf_str(&spec)))
					fail_msg("%s", buf_str(&spec));
			}
		}
	}
	buf_free(&spec);
}

static void
test_each_parameter_is_tried(void **state)
{
	const struct sim_parameter_row *row;
	size_t i, k;
	bool found;

	(void)state;
	for (i = 0; i < sim_parameters_count; i++) {
		row = &sim_parameters[i];
		found = false;
		for (k = 0; k < COUNT(samples) && !found; k++)
			found = is_sample_of(samples[k], row);
		for (k = 0; k < COUNT(own_samples) && !found; k++)
			found = is_sample_of(own_samples[k], row);
		if (!found)
			fail_msg("the parameter %s is in none of the lists "
			    "of samples", row->name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults_combine),
		cmocka_unit_test(test_own_faults_repeat),
		cmocka_unit_test(test_each_parameter_is_tried),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
