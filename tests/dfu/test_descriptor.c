/* SPDX-License-Identifier: ISC */
/* Descriptors as devices send them, whole and damaged. */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dfu/descriptor.h"

#define DEVICE(class, subclass, vendor, product) \
	18, 1, 0x00, 0x01, class, subclass, 0, 64, \
	(vendor) & 0xff, (vendor) >> 8, (product) & 0xff, (product) >> 8, \
	0x00, 0x22, 1, 2, 3, 1
#define CONFIG(total, interfaces, value) \
	9, 2, (total) & 0xff, (total) >> 8, interfaces, value, 0, 0xc0, 0x32
#define INTERFACE(number, alternate, class, subclass, protocol, string) \
	9, 4, number, alternate, 0, class, subclass, protocol, string
#define FUNCTIONAL(attributes, size, version) \
	9, 0x21, attributes, 0xff, 0, (size) & 0xff, (size) >> 8, \
	(version) & 0xff, (version) >> 8
#define FUNCTIONAL_7(attributes, size) \
	7, 0x21, attributes, 0xff, 0, (size) & 0xff, (size) >> 8
#define DFU(number, alternate, protocol, string) \
	INTERFACE(number, alternate, 0xfe, 1, protocol, string)
#define KEYBOARD(number) \
	INTERFACE(number, 0, 3, 1, 1, 0), \
	9, 0x21, 0x11, 0x01, 0, 1, 0x22, 0x3f, 0, \
	7, 5, 0x81, 3, 8, 0, 10

/* The boot loader of the STM32F072: two alternates, one descriptor behind. */
static const uint8_t f072[] = {
	DEVICE(0, 0, 0x0483, 0xdf11),
	CONFIG(36, 1, 1),
	DFU(0, 0, 2, 4),
	DFU(0, 1, 2, 5),
	FUNCTIONAL(0x0b, 2048, 0x011a),
};

/* As the AIR32's: DfuSe names, but no version to tell it by. */
static const uint8_t air32[] = {
	DEVICE(0, 0, 0x0483, 0xdf11),
	CONFIG(25, 1, 1),
	DFU(0, 0, 2, 4),
	FUNCTIONAL_7(0x0b, 1024),
};

/* A keyboard that can be updated. */
static const uint8_t runtime[] = {
	DEVICE(0, 0, 0x1234, 0x5678),
	CONFIG(52, 2, 1),
	KEYBOARD(0),
	DFU(1, 0, 1, 6),
	FUNCTIONAL(0x0d, 4096, 0x0110),
};

/* A copy of exactly n bytes, so that the sanitizer sees what is behind. */
static void
parse(struct dfu_descriptors *d, const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n > 0 ? n : 1);

	assert_non_null(copy);
	memcpy(copy, p, n);
	dfu_descriptors_parse(d, copy, n);
	free(copy);
	assert_int_equal(d->fault == NULL ? d->fault_at : 0, 0);
	assert_true(d->fault_at <= n);
}

static void
whole_f072(void **state)
{
	const struct dfu_function *f;
	struct dfu_descriptors d;

	(void)state;
	parse(&d, f072, sizeof(f072));
	assert_null(d.fault);
	assert_true(d.has_device);
	assert_int_equal(d.bcdUSB, 0x0100);
	assert_int_equal(d.bDeviceClass, 0);
	assert_int_equal(d.bMaxPacketSize0, 64);
	assert_int_equal(d.idVendor, 0x0483);
	assert_int_equal(d.idProduct, 0xdf11);
	assert_int_equal(d.bcdDevice, 0x2200);
	assert_int_equal(d.iManufacturer, 1);
	assert_int_equal(d.iProduct, 2);
	assert_int_equal(d.iSerialNumber, 3);
	assert_int_equal(d.nfunctions, 1);
	f = &d.functions[0];
	assert_int_equal(f->bConfigurationValue, 1);
	assert_int_equal(f->bInterfaceNumber, 0);
	assert_false(f->runtime);
	assert_int_equal(f->nalternates, 2);
	assert_int_equal(f->alternates[0].iInterface, 4);
	assert_int_equal(f->alternates[1].iInterface, 5);
	assert_ptr_equal(dfu_function_alternate(f, 1), &f->alternates[1]);
	assert_null(dfu_function_alternate(f, 2));
	assert_true(f->functional.present);
	assert_int_equal(f->functional.bLength, 9);
	assert_int_equal(f->functional.bmAttributes, 0x0b);
	assert_int_equal(f->functional.wDetachTimeOut, 255);
	assert_int_equal(f->functional.wTransferSize, 2048);
	assert_int_equal(f->functional.bcdDFUVersion, DFU_VERSION_DFUSE);
	dfu_descriptors_free(&d);
	assert_int_equal(d.nfunctions, 0);
}

static void
seven_bytes_are_dfu_10(void **state)
{
	const struct dfu_functional *f;
	struct dfu_descriptors d;

	(void)state;
	parse(&d, air32, sizeof(air32));
	assert_null(d.fault);
	assert_int_equal(d.nfunctions, 1);
	f = &d.functions[0].functional;
	assert_int_equal(f->bLength, 7);
	assert_int_equal(f->wTransferSize, 1024);
	assert_int_equal(f->bcdDFUVersion, DFU_VERSION_10);
	dfu_descriptors_free(&d);
}

static void
hid_descriptor_is_not_ours(void **state)
{
	struct dfu_descriptors d;

	(void)state;
	parse(&d, runtime, sizeof(runtime));
	assert_null(d.fault);
	assert_int_equal(d.nfunctions, 1);
	assert_true(d.functions[0].runtime);
	assert_int_equal(d.functions[0].bInterfaceNumber, 1);
	assert_int_equal(d.functions[0].functional.wTransferSize, 4096);
	assert_int_equal(d.functions[0].functional.bcdDFUVersion, 0x0110);
	dfu_descriptors_free(&d);
}

static void
functional_descriptor_anywhere(void **state)
{
	static const uint8_t first[] = {
		DEVICE(0, 0, 0x0483, 0xdf11), CONFIG(36, 1, 1),
		FUNCTIONAL(0x0b, 2048, 0x0110), DFU(0, 0, 2, 0),
		DFU(0, 1, 2, 0),
	};
	static const uint8_t between[] = {
		DEVICE(0, 0, 0x0483, 0xdf11), CONFIG(36, 1, 1),
		DFU(0, 0, 2, 0), FUNCTIONAL(0x0b, 2048, 0x0110),
		DFU(0, 1, 2, 0),
	};
	static const uint8_t each[] = {
		DEVICE(0, 0, 0x0483, 0xdf11), CONFIG(45, 1, 1),
		DFU(0, 0, 2, 0), FUNCTIONAL(0x0b, 2048, 0x0110),
		DFU(0, 1, 2, 0), FUNCTIONAL(0x0b, 2048, 0x0110),
	};
	const struct {
		const uint8_t *p;
		size_t n;
	} all[] = {
		{ first, sizeof(first) }, { between, sizeof(between) },
		{ each, sizeof(each) },
	};
	struct dfu_descriptors d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(all); i++) {
		parse(&d, all[i].p, all[i].n);
		assert_null(d.fault);
		assert_int_equal(d.nfunctions, 1);
		assert_int_equal(d.functions[0].nalternates, 2);
		assert_true(d.functions[0].functional.present);
		assert_int_equal(d.functions[0].functional.wTransferSize,
		    2048);
		dfu_descriptors_free(&d);
	}
}

static void
functional_descriptor_missing(void **state)
{
	static const uint8_t p[] = {
		DEVICE(0, 0, 0x0483, 0xdf11), CONFIG(18, 1, 1),
		DFU(0, 0, 2, 0),
	};
	struct dfu_descriptors d;

	(void)state;
	parse(&d, p, sizeof(p));
	assert_null(d.fault);
	assert_int_equal(d.nfunctions, 1);
	assert_false(d.functions[0].functional.present);
	assert_int_equal(d.functions[0].functional.wTransferSize,
	    DFU_TRANSFER_SIZE_UNKNOWN);
	assert_int_equal(d.functions[0].functional.bcdDFUVersion,
	    DFU_VERSION_10);
	dfu_descriptors_free(&d);
}

static void
functional_descriptor_lengths(void **state)
{
	uint8_t p[18 + 9 + 9 + 12] = {
		DEVICE(0, 0, 0x0483, 0xdf11), CONFIG(0, 1, 1),
		DFU(0, 0, 2, 0), FUNCTIONAL(0x0b, 2048, 0x011a),
	};
	struct dfu_descriptors d;
	struct dfu_functional *f;
	uint8_t n;

	(void)state;
	for (n = 2; n <= 12; n++) {
		p[20] = (uint8_t)(18 + n);
		p[36] = n;
		parse(&d, p, 36u + n);
		assert_int_equal(d.nfunctions, 1);
		f = &d.functions[0].functional;
		assert_int_equal(f->present, n >= 7);
		assert_int_equal(d.fault != NULL, n < 7);
		if (n < 7)
			assert_int_equal(d.fault_at, 36);
		assert_int_equal(f->bcdDFUVersion,
		    n >= 9 ? DFU_VERSION_DFUSE : DFU_VERSION_10);
		assert_int_equal(f->bLength, n >= 7 ? n : 0);
		dfu_descriptors_free(&d);
	}
}

static void
several_configurations_and_functions(void **state)
{
	static const uint8_t p[] = {
		DEVICE(0, 0, 0x1234, 0x5678),
		CONFIG(52, 2, 1), KEYBOARD(0), DFU(1, 0, 1, 0),
		FUNCTIONAL(0x0d, 1024, 0x0110),
		CONFIG(54, 2, 2),
		DFU(0, 0, 2, 0), FUNCTIONAL(0x03, 64, 0x0110),
		DFU(7, 0, 2, 0), DFU(7, 3, 2, 0),
		FUNCTIONAL(0x07, 512, 0x0100),
	};
	struct dfu_descriptors d;

	(void)state;
	parse(&d, p, sizeof(p));
	assert_null(d.fault);
	assert_int_equal(d.nfunctions, 3);
	assert_int_equal(d.functions[0].bConfigurationValue, 1);
	assert_true(d.functions[0].runtime);
	assert_int_equal(d.functions[1].bConfigurationValue, 2);
	assert_int_equal(d.functions[1].functional.wTransferSize, 64);
	assert_int_equal(d.functions[2].bInterfaceNumber, 7);
	assert_int_equal(d.functions[2].nalternates, 2);
	assert_int_equal(d.functions[2].functional.wTransferSize, 512);
	assert_non_null(dfu_function_alternate(&d.functions[2], 3));
	dfu_descriptors_free(&d);
}

static void
mode_by_protocol(void **state)
{
	static const struct {
		uint16_t vendor, product;
		uint8_t class, subclass, protocol;
		uint16_t version;
		bool sole, runtime;
	} want[] = {
		/* S 4.2.3 */
		{ 0x1234, 1, 0, 0, 1, 0x0110, true, true },
		{ 0x1234, 1, 0, 0, 1, 0x0110, false, true },
		{ 0x1234, 1, 0, 0, 2, 0x0110, true, false },
		{ 0x1234, 1, 0, 0, 2, 0x0110, false, false },
		/* DFU 1.0 */
		{ 0x1234, 1, 0, 0, 0, 0x0100, true, true },
		{ 0x1234, 1, 0, 0, 0, 0x0100, false, true },
		{ 0x1234, 1, 0xfe, 1, 0, 0x0100, true, false },
		{ 0x1234, 1, 0xfe, 1, 0, 0x0100, false, true },
		{ 0x1234, 1, 0xfe, 2, 0, 0x0100, true, true },
		/* DSO Nano */
		{ 0x0483, 0xdf11, 0, 0, 0, 0x011a, true, false },
		{ 0x0483, 0xdf11, 0, 0, 0, 0x011a, false, false },
		/* LPC */
		{ 0x1fc9, 0x000c, 0, 0, 1, 0x0100, true, false },
		{ 0x1fc9, 0x000d, 0, 0, 1, 0x0100, true, true },
		/* old Jabra */
		{ 0x0b0e, 0x0411, 0, 0, 0, 0x0100, true, false },
		{ 0x0b0e, 0x0411, 0, 0, 0, 0x0100, false, true },
		{ 0x0b0e, 0x0411, 0, 0, 1, 0x0100, true, true },
	};
	struct dfu_descriptors d;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(want); i++) {
		uint8_t p[] = {
			DEVICE(want[i].class, want[i].subclass, 0, 0),
			CONFIG(0, 1, 1), DFU(0, 0, want[i].protocol, 0),
			9, 0x21, 0x0b, 0xff, 0, 0, 8,
			(uint8_t)(want[i].version & 0xff),
			(uint8_t)(want[i].version >> 8),
			KEYBOARD(1),
		};

		p[8] = (uint8_t)(want[i].vendor & 0xff);
		p[9] = (uint8_t)(want[i].vendor >> 8);
		p[10] = (uint8_t)(want[i].product & 0xff);
		p[11] = (uint8_t)(want[i].product >> 8);
		n = want[i].sole ? 45 : sizeof(p);
		p[20] = (uint8_t)(n - 18);
		parse(&d, p, n);
		assert_null(d.fault);
		assert_int_equal(d.nfunctions, 1);
		assert_int_equal(d.functions[0].runtime, want[i].runtime);
		dfu_descriptors_free(&d);
	}
}

/* A capture may hold the configuration only. */
static void
without_a_device_descriptor(void **state)
{
	static const uint8_t sole[] = {
		CONFIG(25, 1, 1), DFU(0, 0, 0, 0), FUNCTIONAL_7(0x03, 64),
	};
	struct dfu_descriptors d;

	(void)state;
	parse(&d, f072 + 18, sizeof(f072) - 18);
	assert_null(d.fault);
	assert_false(d.has_device);
	assert_int_equal(d.nfunctions, 1);
	assert_int_equal(d.functions[0].nalternates, 2);
	dfu_descriptors_free(&d);
	parse(&d, sole, sizeof(sole));
	assert_int_equal(d.nfunctions, 1);
	assert_false(d.functions[0].runtime);
	dfu_descriptors_free(&d);
}

static void
total_length_lies(void **state)
{
	static const uint16_t lies[] = { 0, 9, 20, 35, 37, 255, 65535 };
	uint8_t p[sizeof(f072)];
	struct dfu_descriptors d;
	size_t i;

	(void)state;
	memcpy(p, f072, sizeof(p));
	for (i = 0; i < COUNT(lies); i++) {
		p[20] = (uint8_t)(lies[i] & 0xff);
		p[21] = (uint8_t)(lies[i] >> 8);
		parse(&d, p, sizeof(p));
		assert_non_null(d.fault);
		assert_int_equal(d.fault_at, 20);
		assert_int_equal(d.nfunctions, 1);
		assert_int_equal(d.functions[0].nalternates, 2);
		assert_true(d.functions[0].functional.present);
		dfu_descriptors_free(&d);
	}
}

static void
faults_name_their_place(void **state)
{
	static const uint8_t twice[] = {
		DEVICE(0, 0, 1, 1), CONFIG(27, 1, 1), DFU(0, 0, 2, 4),
		DFU(0, 0, 2, 5),
	};
	static const uint8_t differs[] = {
		DEVICE(0, 0, 1, 1), CONFIG(36, 1, 1), DFU(0, 0, 2, 4),
		FUNCTIONAL(1, 64, 0x0110), FUNCTIONAL(1, 65, 0x0110),
	};
	static const uint8_t stray[] = { DEVICE(0, 0, 1, 1), DFU(0, 0, 2, 4) };
	static const uint8_t again[] = {
		DEVICE(0, 0, 1, 1), DEVICE(0, 0, 2, 2),
	};
	static const uint8_t zero[] = {
		DEVICE(0, 0, 1, 1), CONFIG(18, 1, 1), 0, 4, 0, 0, 0, 0, 0, 0, 0,
	};
	static const uint8_t one[] = { DEVICE(0, 0, 1, 1), 1, 1 };
	static const uint8_t small[] = { DEVICE(0, 0, 1, 1), 3, 2, 0 };
	static const uint8_t interface[] = {
		DEVICE(0, 0, 1, 1), CONFIG(17, 1, 1), 8, 4, 0, 0, 0, 0xfe, 1, 2,
	};
	static const uint8_t device[] = { 4, 1, 0, 1 };
	const struct {
		const uint8_t *p;
		size_t n, at, functions;
	} want[] = {
		{ twice, sizeof(twice), 36, 1 },
		{ differs, sizeof(differs), 45, 1 },
		{ stray, sizeof(stray), 18, 1 },
		{ again, sizeof(again), 18, 0 },
		{ zero, sizeof(zero), 27, 0 },
		{ one, sizeof(one), 18, 0 },
		{ small, sizeof(small), 18, 0 },
		{ interface, sizeof(interface), 27, 0 },
		{ device, sizeof(device), 0, 0 },
	};
	struct dfu_descriptors d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(want); i++) {
		parse(&d, want[i].p, want[i].n);
		assert_non_null(d.fault);
		assert_int_equal(d.fault_at, want[i].at);
		assert_int_equal(d.nfunctions, want[i].functions);
		dfu_descriptors_free(&d);
	}
	/* The first of two is the one that counts. */
	parse(&d, twice, sizeof(twice));
	assert_int_equal(d.functions[0].alternates[0].iInterface, 4);
	dfu_descriptors_free(&d);
	parse(&d, differs, sizeof(differs));
	assert_int_equal(d.functions[0].functional.wTransferSize, 64);
	dfu_descriptors_free(&d);
}

static void
cut_at_every_length(void **state)
{
	struct dfu_descriptors d;
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(f072); n++) {
		parse(&d, f072, n);
		assert_int_equal(d.has_device, n >= 18);
		assert_int_equal(d.fault != NULL, n != 0 && n != 18);
		assert_int_equal(d.nfunctions, n >= 36);
		if (n >= 36) {
			assert_int_equal(d.functions[0].nalternates,
			    n >= 45 ? 2 : 1);
			assert_false(d.functions[0].functional.present);
		}
		dfu_descriptors_free(&d);
	}
}

static void
damage_every_byte(const uint8_t *bytes, size_t n)
{
	struct dfu_descriptors d;
	uint8_t *p = malloc(n);
	size_t at, i;
	unsigned v;

	assert_non_null(p);
	memcpy(p, bytes, n);
	for (at = 0; at < n; at++) {
		for (v = 0; v < 256; v++) {
			p[at] = (uint8_t)v;
			parse(&d, p, n);
			assert_true(d.nfunctions <= n / 9);
			for (i = 0; i < d.nfunctions; i++)
				assert_true(d.functions[i].nalternates > 0);
			dfu_descriptors_free(&d);
		}
		p[at] = bytes[at];
	}
	free(p);
}

static void
any_single_byte_damaged(void **state)
{
	(void)state;
	damage_every_byte(f072, sizeof(f072));
	damage_every_byte(air32, sizeof(air32));
	damage_every_byte(runtime, sizeof(runtime));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_f072),
		cmocka_unit_test(seven_bytes_are_dfu_10),
		cmocka_unit_test(hid_descriptor_is_not_ours),
		cmocka_unit_test(functional_descriptor_anywhere),
		cmocka_unit_test(functional_descriptor_missing),
		cmocka_unit_test(functional_descriptor_lengths),
		cmocka_unit_test(several_configurations_and_functions),
		cmocka_unit_test(mode_by_protocol),
		cmocka_unit_test(without_a_device_descriptor),
		cmocka_unit_test(total_length_lies),
		cmocka_unit_test(faults_name_their_place),
		cmocka_unit_test(cut_at_every_length),
		cmocka_unit_test(any_single_byte_damaged),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
