/* SPDX-License-Identifier: ISC */
/* A firmware file against the memory map of a device. */
#include "tests/diagnosis/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "job/image_fit.h"
#include "trace/identity.h"

#define FLASH	"@Internal Flash  /0x08000000/64*002Kg"
#define LAYERS	"@Flash/0x08000000/02*001Ka,02*001Kg/0x08002000/01*001Kd"

/* One run of a file; the last has len 0. */
struct run {
	uint32_t	address;
	uint32_t	len;
	uint8_t		alternate;
};

static const struct row {
	const char	*spec;
	const char	*name;		/* of alternate 0, NULL: not read */
	enum image_kind	 kind;
	uint32_t	 base;
	struct run	 runs[3];
	bool		 fits;
	const char	*words;		/* "": nothing is said */
} rows[] = {
	/* the whole flash, and one byte more, behind and in front */
	{ "stm32f072", FLASH, IMAGE_RAW, 0x08000000, { { 0, 0x20000, 0 } },
	    true, "" },
	{ "stm32f072", FLASH, IMAGE_IHEX, 0, { { 0x08000000, 0x20000, 0 } },
	    true, "" },
	{ "stm32f072", FLASH, IMAGE_RAW, 0x08000000, { { 0, 0x20001, 0 } },
	    false, "the file has data for 0x08000000-0x08020000: 0x08020000 "
	    "is outside the memory of alternate setting 0 (Internal Flash), "
	    "which ends at 0x0801ffff" },
	{ "stm32f072", FLASH, IMAGE_IHEX, 0, { { 0x07ffffff, 2, 0 } },
	    false, "0x07ffffff is outside the memory of alternate setting 0 "
	    "(Internal Flash), which begins at 0x08000000" },
	/* the second run of two */
	{ "stm32f072", FLASH, IMAGE_SREC, 0, { { 0x08000000, 4, 0 },
	    { 0x08030000, 4, 0 } }, false, "0x08030000-0x08030003" },
	/* base is for raw files alone */
	{ "stm32f072", FLASH, IMAGE_IHEX, 0x30000000, { { 0x08000000, 4,
	    0 } }, true, "" },
	/* wraps */
	{ "stm32f072", FLASH, IMAGE_RAW, 0xfffffffe, { { 0, 3, 0 } }, false,
	    "data at 0xfffffffe end past 0xffffffff (bytes: 1)" },
	{ "stm32f072", NULL, IMAGE_RAW, 0xfffffffe, { { 0, 3, 0 } }, false,
	    "data at 0xfffffffe end past 0xffffffff" },
	/* kinds of memory */
	{ "stm32f072", LAYERS, IMAGE_RAW, 0x08000800, { { 0, 0x800, 0 } },
	    true, "" },
	{ "stm32f072", LAYERS, IMAGE_RAW, 0x08002000, { { 0, 0x400, 0 } },
	    true, "" },
	{ "stm32f072", LAYERS, IMAGE_RAW, 0x080007ff, { { 0, 2, 0 } },
	    false, "0x080007ff is in 0x08000000-0x080007ff of alternate "
	    "setting 0 (Flash), which is read only (type a)" },
	{ "stm32f072", LAYERS, IMAGE_RAW, 0x08000fff, { { 0, 2, 0 } },
	    false, "0x08001000 is outside the memory of alternate setting 0 "
	    "(Flash), which ends at 0x08000fff and continues at 0x08002000" },
	{ "stm32f072", "@M/0x0/1*1Kc", IMAGE_RAW, 0, { { 0, 1, 0 } }, false,
	    "not writable (type c)" },
	{ "stm32f072", "@M/0x0/1*1Kb", IMAGE_RAW, 0, { { 0, 1, 0 } }, false,
	    "neither readable nor writable (type b)" },
	/* alternates: a DfuSe file says which */
	{ "stm32f072", FLASH, IMAGE_DFUSE, 0, { { 0x08000000, 4, 0 } }, true,
	    "" },
	{ "stm32f072", FLASH, IMAGE_DFUSE, 0, { { 0x1ffff800, 4, 1 } }, true,
	    "the memory of alternate setting 1 was not checked: its name "
	    "was not read" },
	{ "stm32f072", FLASH, IMAGE_DFUSE, 0, { { 0x08000000, 4, 0 },
	    { 0x08000000, 4, 9 } }, false, "data for 0x08000000 in "
	    "alternate setting 9, but the device has no such setting" },
	/* not known: said, once, and all else is still checked */
	{ "stm32f072", NULL, IMAGE_IHEX, 0, { { 0, 4, 0 }, { 8, 4, 0 } },
	    true, "the memory of alternate setting 0 was not checked: its "
	    "name was not read" },
	{ "stm32f072", "Flash", IMAGE_RAW, 0, { { 0, 4, 0 } }, true,
	    "is no memory layout" },
	/* plain DFU */
	{ "dfu11", NULL, IMAGE_RAW, 0, { { 0, 4, 0 } }, true, "" },
	{ "dfu11", NULL, IMAGE_IHEX, 0, { { 0x100, 4, 0 } }, true,
	    "the file's address 0x00000100 was not checked" },
	{ "dfu11", NULL, IMAGE_IHEX, 0, { { 0x100, 4, 0 }, { 0x108, 4, 0 } },
	    false, "a gap at 0x00000104-0x00000107" },
	{ "dfu11", NULL, IMAGE_DFUSE, 0, { { 0x100, 4, 0 } }, false,
	    "uses plain DFU" },
};

static void
set_name(struct session *s, const char *name)
{
	struct identity *who = s->who;

	while (who->nnames > 0)
		free(who->names[--who->nnames].text);
	if (name != NULL)
		identity_name(who, 0, 0, name, strlen(name));
}

static void
check_row(const struct row *row)
{
	static const uint8_t data[0x20001];
	struct image_segment segments[3];
	struct image image = { .kind = row->kind, .segments = segments };
	struct buf why = { 0 };
	struct walk t;
	size_t i;

	image.addressed = row->kind != IMAGE_RAW;
	for (i = 0; i < COUNT(row->runs) && row->runs[i].len != 0; i++)
		segments[image.nsegments++] = (struct image_segment){
		    row->runs[i].address, row->runs[i].alternate, data,
		    row->runs[i].len };
	walk_open(&t, row->spec);
	set_name(t.s, row->name);
	if (image_fit_check(&image, t.s, row->base, &why) != row->fits)
		fail_msg("%s: %s", row->fits ? "does not fit" : "fits",
		    buf_str(&why));
	if (*row->words == '\0' ? why.len != 0 :
	    strstr(buf_str(&why), row->words) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", buf_str(&why),
		    row->words);
	if (row->words[0] == 't' && row->fits)
		assert_null(strstr(buf_str(&why), ";"));
	walk_close(&t);
	buf_free(&why);
}

static void
test_rows(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

/* A name read by request is as good as one that the host holds. */
static void
test_name_read(void **state)
{
	static const uint8_t data[4];
	struct image_segment segment = { 0x1ffff800, 1, data, 4 };
	struct image image = { .kind = IMAGE_DFUSE, .addressed = true,
	    .segments = &segment, .nsegments = 1 };
	const struct dfu_alternate *a;
	struct buf why = { 0 };
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	a = dfu_function_alternate(session_function(t.s), 1);
	assert_non_null(a);
	t.s->strings[a->iInterface] =
	    mem_strdup("@Option Bytes  /0x1FFFF800/01*016 e");
	assert_true(image_fit_check(&image, t.s, 0, &why));
	assert_int_equal(why.len, 0);
	segment.address += 13;
	assert_false(image_fit_check(&image, t.s, 0, &why));
	assert_non_null(strstr(buf_str(&why), "0x1ffff810 is outside"));
	walk_close(&t);
	buf_free(&why);
}

/* What is outside, and whose it is: known, not read, nobody's. */
static void
test_elsewhere(void **state)
{
	static const uint8_t data[4];
	struct image_segment runs[2] = { { 0x08000000, 0, data, 4 },
	    { 0x1ffff800, 0, data, 4 } };
	struct image image = { .kind = IMAGE_IHEX, .addressed = true,
	    .segments = runs, .nsegments = 2 };
	const struct dfu_alternate *a;
	struct buf b = { 0 };
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	set_name(t.s, FLASH);
	assert_false(image_fit_check(&image, t.s, 0, &b));
	assert_non_null(strstr(buf_str(&b), "ends at 0x0801ffff; alternate "
	    "setting 1, whose name was not read, may have that address: "
	    "\"flash FILE fits\" writes only the data for alternate setting "
	    "0"));
	assert_true(image_fit_lacks_names(&image, t.s));
	image.nsegments = 1;
	assert_false(image_fit_lacks_names(&image, t.s));
	image.nsegments = 2;

	a = dfu_function_alternate(session_function(t.s), 1);
	t.s->strings[a->iInterface] =
	    mem_strdup("@Option Bytes  /0x1FFFF800/01*016 e");
	assert_false(image_fit_lacks_names(&image, t.s));
	buf_reset(&b);
	assert_false(image_fit_check(&image, t.s, 0, &b));
	assert_non_null(strstr(buf_str(&b), "; alternate setting 1 (Option "
	    "Bytes) has that address: \"flash FILE fits"));
	runs[1].address = 0x30000000;
	buf_reset(&b);
	assert_false(image_fit_check(&image, t.s, 0, &b));
	assert_null(strstr(buf_str(&b), "alternate setting 1"));
	walk_close(&t);
	buf_free(&b);
}

static void
test_words_left(void **state)
{
	static const struct image_segment left[] = {
		{ 0x08000000, 0, NULL, 1 }, { 0x1ffff800, 0, NULL, 4 },
		{ 0x1000, 1, NULL, 2 }, { 0x2000, 0, NULL, 2 },
		{ 0x3000, 0, NULL, 2 }, { 0x4000, 0, NULL, 2 },
	};
	struct buf b = { 0 };
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	set_name(t.s, "@Flash/0x08000000/02*001Ka");
	identity_name(t.s->who, 0, 1, "@Options/0x1FFFF800/1*16 e", 26);
	image_fit_words_left(t.s, 0, left, COUNT(left), &b);
	assert_string_equal(buf_str(&b), "0x08000000-0x08000000 (1 byte), "
	    "0x1ffff800-0x1ffff803 (4 bytes, for alternate setting 1 "
	    "(Options)), 0x00001000-0x00001001 (2 bytes, for alternate "
	    "setting 1 (Options)), 0x00002000-0x00002001 (2 bytes) and 2 more");
	walk_close(&t);
	buf_free(&b);
}

/* Of a loader that is not known to start vectors nothing is said. */
static void
test_astray(void **state)
{
	struct image_segment run = { 0x08000000, 0,
	    (const uint8_t *)"firmware", 8 };
	struct image image = { .kind = IMAGE_IHEX, .addressed = true,
	    .segments = &run, .nsegments = 1 };
	struct buf b = { 0 };
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	set_name(t.s, FLASH);
	t.s->who->vendor = 0x0483;
	t.s->who->product = 0xdf11;
	assert_true(image_fit_astray(&image, t.s, 0, 0, &b));
	assert_non_null(strstr(buf_str(&b), "the initial SP is 0x6d726966"));
	buf_reset(&b);
	t.s->who->vendor = 0x1209;
	assert_false(image_fit_astray(&image, t.s, 0, 0, &b));
	t.s->who->vendor = 0x28e9;
	t.s->who->product = 0x0189;
	assert_false(image_fit_astray(&image, t.s, 0, 0, &b));
	assert_int_equal(b.len, 0);
	buf_free(&b);
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_name_read),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_words_left),
		cmocka_unit_test(test_astray),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
