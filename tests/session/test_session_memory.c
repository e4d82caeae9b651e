/* SPDX-License-Identifier: ISC */
/*
 * What is remembered of blocks, how two of them differ, and which operations
 * on memory are called cut.
 */
#include "config.h"

#include "tests/diagnosis/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/verdict.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CELLS	 400

/* Each cell of memory has the request that wrote it; blocks say the same. */
static void
test_blocks_are_disjoint(void **state)
{
	uint32_t by[CELLS] = { 0 }, seed = 1, i, k;
	struct blocks b = { .n = 0 };
	struct block one = { .crc = 0 };
	size_t at;

	(void)state;
	for (i = 1; i < 3000; i++) {
		seed = seed * 1103515245 + 12345;
		one.address = (seed >> 8) % (CELLS - 20);
		one.len = (uint16_t)(1 + (seed >> 20) % 20);
		one.by = i;
		/* What one overlaps is gone, all of it. */
		for (k = 0; k < CELLS; k++)
			for (at = one.address; at < one.address + one.len; at++)
				if (by[at] != 0 && k != at && by[k] == by[at])
					by[k] = 0;
		for (k = one.address; k < one.address + one.len; k++)
			by[k] = seed >> 31 ? 0 : i;
		if (seed >> 31)
			blocks_remove(&b, 0, one.address,
			    one.address + one.len - 1);
		else
			blocks_put(&b, &one);
	}
	for (k = 0; k < CELLS; k++) {
		at = blocks_find(&b, 0, k);
		if (by[k] == 0)
			assert_true(at == b.n || b.list[at].address > k);
		else
			assert_int_equal(b.list[at].by, by[k]);
	}
	assert_int_equal(blocks_find(&b, 1, 0), b.n);
	blocks_free(&b);
}

static const struct {
	const char *is; /* hex */
	const char *asked;
	const char *old; /* or NULL */
	bool erased;
	enum block_how how;
	uint32_t at;
} pairs[] = {
	{ "00112233", "00112233", NULL, false, BLOCK_SAME, 0 },
	{ "ffffffff", "00112233", NULL, false, BLOCK_BLANK, 0 },
	{ "ffffffff", "ff112233", "ffffffff", true, BLOCK_BLANK, 1 },
	{ "44556677", "00112233", "44556677", false, BLOCK_OLD, 0 },
	{ "00112033", "00112233", NULL, false, BLOCK_ANDED, 2 },
	{ "00110022", "00112233", "aa55dd22", false, BLOCK_ANDED, 2 },
	{ "00110023", "00112233", "aa55dd22", false, BLOCK_OTHER, 2 },
	{ "00112237", "00112233", NULL, false, BLOCK_OTHER, 3 },
	{ "44556677", "00112233", NULL, true, BLOCK_STAYED, 0 },
	{ "44556677", "00112233", NULL, false, BLOCK_OTHER, 0 },
};

static void
test_how_blocks_differ(void **state)
{
	struct buf is = { 0 }, asked = { 0 }, old = { 0 };
	struct block_view a, b, o;
	struct block_difference d;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pairs); i++) {
		buf_reset(&is);
		buf_reset(&asked);
		buf_reset(&old);
		assert_true(text_unhex(&is, pairs[i].is, 8));
		assert_true(text_unhex(&asked, pairs[i].asked, 8));
		a = block_view_of(is.data, 4);
		b = block_view_of(asked.data, 4);
		if (pairs[i].old != NULL) {
			assert_true(text_unhex(&old, pairs[i].old, 8));
			o = block_view_of(old.data, 4);
		}
		d = block_compare(&a, &b, pairs[i].old != NULL ? &o : NULL,
		    pairs[i].erased);
		if (d.how != pairs[i].how || d.at != pairs[i].at ||
		    d.exact != (d.how != BLOCK_SAME))
			fail_msg("pair %zu: %d at %u", i, d.how, d.at);
	}
	buf_free(&is);
	buf_free(&asked);
	buf_free(&old);
}

/* A view as a journal keeps it: both ends and the CRC. */
static struct block_view
elided(const uint8_t *p, uint32_t n)
{
	struct block_view v = block_view_of(p, n);

	v.nhead = v.ntail = EVENT_ELIDED_EDGE;
	v.tail = p + n - EVENT_ELIDED_EDGE;
	return (v);
}

static void
test_edges_and_crc(void **state)
{
	uint8_t is[2048], asked[2048];
	struct block_view a, b;
	struct block_difference d;
	struct block block = { .len = 2048 };

	(void)state;
	memset(asked, 0x5a, sizeof(asked));
	memset(is, 0x5a, sizeof(is));
	a = elided(is, sizeof(is));
	b = elided(asked, sizeof(asked));
	assert_int_equal(block_compare(&a, &b, NULL, false).how, BLOCK_SAME);
	/* In the middle: where is not known, nor why. */
	is[1000] = 0x50;
	a = elided(is, sizeof(is));
	d = block_compare(&a, &b, NULL, false);
	assert_int_equal(d.how, BLOCK_OTHER);
	assert_false(d.exact);
	/* At an end it is. */
	is[3] = 0x50;
	a = elided(is, sizeof(is));
	d = block_compare(&a, &b, NULL, false);
	assert_int_equal(d.how, BLOCK_ANDED);
	assert_true(d.exact && d.at == 3);
	memset(is, 0xff, sizeof(is));
	a = elided(is, sizeof(is));
	assert_int_equal(block_compare(&a, &b, NULL, false).how, BLOCK_BLANK);
	is[1000] = 0xfe;
	a = elided(is, sizeof(is));
	assert_int_equal(block_compare(&a, &b, NULL, false).how, BLOCK_OTHER);
	/* What is left when the trace has forgotten it. */
	block.crc = b.crc;
	memset(block.first, 0x5a, sizeof(block.first));
	b = block_view_block(&block);
	a = block_view_of(asked, sizeof(asked));
	assert_int_equal(block_compare(&a, &b, NULL, false).how, BLOCK_SAME);
	a = block_view_part(&a, 0, 100);
	b = block_view_part(&b, 0, 100);
	assert_int_equal(block_compare(&a, &b, NULL, false).how, BLOCK_UNTOLD);
}

/*
 * Stories of a DfuSe device with sectors of 2048 bytes, in words: E0 erases
 * the sector 0, W0 writes 16 bytes of it, R0 reads them back, each with the
 * GETSTATUS that carries it out; a small letter has no such answer. A ABORT,
 * L leave, X dfuERROR, C CLRSTATUS and dfuIDLE, G gone, B back, M mass erase;
 * ':' and the rest of a word is a command, '=' a remark.
 */
static const struct {
	const char *story;
	bool cut;
	const char *says; /* of it */
} stories[] = {
	{ "E0 E1 W0 W1 A", false, NULL },
	{ "E0 E1 W0 W1 L", false, NULL },
	{ "E0 E1 W0", false, NULL }, /* it goes on, as it seems */
	{ "E0 E1 W0 =end", true, "0x08000010-0x08000fff erased" },
	{ "E0 E1 W0 A", true, "0x08000800-0x08000fff erased" },
	{ "E0 E1 A", true, "0x08000000-0x08000fff erased" },
	{ "E0 e1", true, "0x08000800-0x08000fff unknown" },
	{ "E0 W0 G", true, "0x08000010-0x080007ff erased" },
	{ "W0 G", true, "16 bytes from 0x08000000" },
	{ "E0 E1 W0 G B", true, "the device disconnected" },
	{ "E0 X C", true, "dfuERROR" },
	{ "X C", false, NULL },
	{ "M A", false, NULL },
	{ "M W0 A", false, NULL },
	{ "M W0 X C", true, "the memory was erased, 16 bytes" },
	/* Done again, or meant. */
	{ "E0 E1 W0 A W1 A", false, NULL },
	{ "E0 E1 W0 G B W1 L", false, NULL },
	{ "E0 E1 W0 A M A", false, NULL },
	{ "E0 E1 W0 A E3 W3 A", true, "0x08000800-0x08000fff erased" },
	{ "E0 E1 A :mark_complete", false, NULL },
	{ "E0 E1 A =the_memory_is_whole_again", false, NULL },
	{ "E0 W0 A =the_memory_is_not_whole:_so", true, "so" },
	{ "E0 W0 A =the_memory_is_not_whole:_so W0 A", false, NULL },
	/* What an operator does by hand is what he wants. */
	{ ":erase_0x08000000 E0 A", false, NULL },
	{ ":erase_0x08000000 e0 C", false, NULL },
	{ ":erase-range_0x08000000_4096 E0 E1 A", false, NULL },
	{ ":erase-range_0x08000000_4096 E0 e1", true, "The erase (#1)" },
	{ ":flash_file E0 E1 W0 A", true, "erased and not written" },
	{ ":getstatus;flash_file E0 E1 W0 A", true, "erased and not" },
};

static void
ask(struct walk *t, uint8_t request, uint16_t value, const struct buf *out,
    enum outcome outcome, const void *in, uint32_t n)
{
	const struct dfu_request_row *row = dfu_request_row(request);
	struct event e = { .kind = EVENT_SUBMIT, .number = ++t->number };

	e.setup = (struct setup){ .bmRequestType = row->bmRequestType,
		.bRequest = request,
		.wValue = value,
		.wLength = (uint16_t)(out != NULL ? out->len : n) };
	if (out != NULL) {
		e.data = out->data;
		e.len = e.kept = (uint32_t)out->len;
	}
	walk_apply(t, e);
	t->now += 1000;
	e = (struct event){ .kind = EVENT_COMPLETE, .number = t->number,
	    .outcome = (uint8_t)outcome, .data = in,
	    .len = out != NULL ? (uint32_t)out->len : n, .kept = n };
	walk_apply(t, e);
	t->now += 1000;
}

static void
status(struct walk *t, uint8_t state)
{
	uint8_t reply[6] = { state == DFU_STATE_ERROR ? 14 : 0, 0, 0, 0, state,
		0 };

	ask(t, DFU_GETSTATUS, 0, NULL, OUTCOME_OK, reply, sizeof(reply));
}

static void
command(struct walk *t, uint8_t byte, int sector)
{
	uint32_t address = 0x08000000 + (uint32_t)sector * 2048;
	struct buf b = { 0 };
	unsigned i;

	buf_addc(&b, byte);
	for (i = 0; sector >= 0 && i < 32; i += 8)
		buf_addc(&b, (int)(address >> i & 0xff));
	ask(t, DFU_DNLOAD, 0, &b, OUTCOME_OK, NULL, 0);
	buf_free(&b);
}

static void
block(struct walk *t)
{
	struct buf b = { 0 };

	while (b.len < 16)
		buf_addc(&b, 0x5a);
	ask(t, DFU_DNLOAD, 2, &b, OUTCOME_OK, NULL, 0);
	buf_free(&b);
}

/* The answer that carries it out, or none. */
static void
carry_out(struct walk *t, bool answered)
{
	if (answered)
		status(t, DFU_STATE_DNLOAD_IDLE);
	else
		ask(t, DFU_GETSTATUS, 0, NULL, OUTCOME_TIMEOUT, NULL, 0);
}

static void
say(struct walk *t, const char *word)
{
	char *text = mem_strdup(word + 1), *p;

	for (p = text; *p != '\0'; p++)
		*p = *p == '_' ? ' ' : *p;
	walk_apply(t, event_text(*word == ':' ? EVENT_COMMAND : EVENT_NOTE, 0,
	    0, text));
	free(text);
}

static void
tell_of_requests(struct walk *t, const char *word)
{
	static const struct buf none;
	int sector = word[1] - '0';

	switch (word[0]) {
	case 'E':
	case 'e':
		command(t, 0x41, sector);
		carry_out(t, word[0] == 'E');
		break;
	case 'W':
		command(t, 0x21, sector);
		carry_out(t, true);
		block(t);
		carry_out(t, true);
		break;
	case 'M':
		command(t, 0x41, -1);
		carry_out(t, true);
		break;
	case 'L':
		ask(t, DFU_DNLOAD, 2, &none, OUTCOME_OK, NULL, 0);
		break;
	case 'X':
		command(t, 0x41, 9);
		status(t, DFU_STATE_ERROR);
		break;
	default:
		fail_msg("%s", word);
	}
}

static void
tell(struct walk *t, const char *word)
{
	struct event left = { .kind = EVENT_LEFT };

	switch (word[0]) {
	case ':':
	case '=':
		say(t, word);
		break;
	case 'A':
		ask(t, DFU_ABORT, 0, NULL, OUTCOME_OK, NULL, 0);
		status(t, DFU_STATE_IDLE);
		break;
	case 'C':
		ask(t, DFU_CLRSTATUS, 0, NULL, OUTCOME_OK, NULL, 0);
		status(t, DFU_STATE_IDLE);
		break;
	case 'G':
		walk_apply(t, left);
		break;
	case 'B':
		walk_arrive(t, "stm32f072", "1-1");
		status(t, DFU_STATE_IDLE);
		break;
	default:
		tell_of_requests(t, word);
		break;
	}
}

static void
test_what_is_cut(void **state)
{
	struct buf b = { 0 };
	char *copy, *word, *rest;
	struct walk t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(stories); i++) {
		walk_open(&t, "stm32f072");
		copy = mem_strdup(stories[i].story);
		for (word = strtok_r(copy, " ", &rest); word != NULL;
		     word = strtok_r(NULL, " ", &rest))
			tell(&t, word);
		buf_reset(&b);
		buf_adds(&b, "-");
		verdict_words_incomplete(t.s, &b);
		if (b.len > 1)
			b.data[1] = b.data[1] == 't' ? 'T' : b.data[1];
		if (session_memory_is_cut(t.s) != stories[i].cut ||
		    (stories[i].cut &&
			strstr(buf_str(&b), stories[i].says) == NULL))
			fail_msg("%s: %s: %s", stories[i].story,
			    session_memory_is_cut(t.s) ? "cut" : "not cut",
			    buf_str(&b));
		free(copy);
		walk_close(&t);
	}
	buf_free(&b);
}

/* What nobody wrote to is nothing to keep. */
static void
test_nothing_is_kept_of_reading(void **state)
{
	static const uint8_t bytes[16];
	struct walk t;
	unsigned i;

	(void)state;
	walk_open(&t, "stm32f072");
	for (i = 2; i < 50; i++)
		ask(&t, DFU_UPLOAD, (uint16_t)i, NULL, OUTCOME_OK, bytes,
		    sizeof(bytes));
	assert_null(t.s->memory.written.list);
	assert_null(t.s->memory.before.list);
	assert_null(t.s->memory.gaps);
	walk_close(&t);
}

/* What an earlier arrival left behind is not of what is read again. */
static void
test_read_again_keeps_what_was_cut_before(void **state)
{
	static const char *const words[] = { "E0", "E1", "W0", "G" };
	struct walk t;
	size_t i;

	(void)state;
	walk_open(&t, "stm32f072");
	for (i = 0; i < COUNT(words); i++)
		tell(&t, words[i]);
	walk_arrive(&t, "stm32f072", "1-1");
	session_read_again(t.s, t.sessions->trace);
	assert_true(session_memory_is_cut(t.s));
	status(&t, DFU_STATE_IDLE);
	session_read_again(t.s, t.sessions->trace);
	assert_true(session_memory_is_cut(t.s));
	walk_close(&t);
}

/* Behind the greatest number nothing comes. */
static void
test_the_greatest_number_is_the_last(void **state)
{
	static const uint8_t bytes[16];
	struct memory_reads w = { .swept = 0 };
	uint32_t address;
	struct walk t;
	unsigned i;

	(void)state;
	walk_open(&t, "stm32f072");
	tell(&t, "E0");
	t.number = UINT32_MAX - 2;
	for (i = 2; i < 4; i++)
		ask(&t, DFU_UPLOAD, (uint16_t)i, NULL, OUTCOME_OK, bytes,
		    sizeof(bytes));
	assert_int_equal(t.number, UINT32_MAX);
	assert_int_equal(session_place_after(t.s, UINT32_MAX),
	    session_history(t.s));
	for (i = 0; session_memory_next_read(t.s, t.sessions->trace, &w,
	    &address) != NULL; i++)
		assert_true(i < 2);
	assert_int_equal(w.swept, UINT32_MAX);
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_are_disjoint),
		cmocka_unit_test(test_how_blocks_differ),
		cmocka_unit_test(test_edges_and_crc),
		cmocka_unit_test(test_what_is_cut),
		cmocka_unit_test(test_nothing_is_kept_of_reading),
		cmocka_unit_test(test_read_again_keeps_what_was_cut_before),
		cmocka_unit_test(test_the_greatest_number_is_the_last),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
