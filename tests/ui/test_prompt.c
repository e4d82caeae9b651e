#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ui/complete.h"
#include "ui/prompt.h"

static enum prompt_result
press(struct prompt *p, enum press_kind kind, uint32_t cp)
{
	struct press k = { .kind = kind, .cp = cp };

	return (prompt_press(p, &k));
}

static void
type(struct prompt *p, const char *s)
{
	for (; *s != '\0'; s++)
		press(p, PRESS_CHAR, (uint8_t)*s);
}

static void
line_is_edited(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "");
	type(&p, "abort x");
	press(&p, PRESS_BACKSPACE, 0);
	press(&p, PRESS_CHAR, PRESS_CONTROL('w'));
	assert_string_equal(buf_str(&p.text), "");
	type(&p, "getstate");
	press(&p, PRESS_HOME, 0);
	press(&p, PRESS_DELETE, 0);
	type(&p, "g");
	press(&p, PRESS_END, 0);
	press(&p, PRESS_LEFT, 0);
	press(&p, PRESS_CHAR, PRESS_CONTROL('k'));
	assert_string_equal(buf_str(&p.text), "getstat");
	press(&p, PRESS_CHAR, PRESS_CONTROL('u'));
	assert_string_equal(buf_str(&p.text), "");
	prompt_free(&p);
}

static void
a_wrong_line_cannot_be_sent(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "");
	type(&p, "getstate; frobnicate");
	assert_non_null(strstr(buf_str(&p.error), "frobnicate"));
	assert_int_equal(press(&p, PRESS_ENTER, 0), PROMPT_OPEN);
	assert_int_equal(press(&p, PRESS_ESCAPE, 0), PROMPT_CLOSED);
	prompt_free(&p);
}

static void
history_is_recalled(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "");
	type(&p, "getstate");
	assert_int_equal(press(&p, PRESS_ENTER, 0), PROMPT_LINE);
	assert_string_equal(buf_str(&p.text), "getstate");
	prompt_open(&p, "");
	press(&p, PRESS_UP, 0);
	assert_string_equal(buf_str(&p.text), "getstate");
	press(&p, PRESS_DOWN, 0);
	assert_string_equal(buf_str(&p.text), "");
	prompt_free(&p);
}

static void
words_are_completed(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "getstatu");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text), "getstatus ");
	type(&p, "; expect state dfuDNL");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text),
	    "getstatus ; expect state dfuDNLOAD-");
	assert_string_equal(buf_str(&p.choices),
	    "dfuDNLOAD-SYNC dfuDNLOAD-IDLE");
	type(&p, "I");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text),
	    "getstatus ; expect state dfuDNLOAD-IDLE ");
	assert_int_equal(p.error.len, 0);
	prompt_free(&p);
}

static void
a_paste_is_text(void **state)
{
	struct press k = { .kind = PRESS_PASTE,
	    .text = "getstate\nabort\033\n" };
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "");
	assert_int_equal(prompt_press(&p, &k), PROMPT_OPEN);
	assert_string_equal(buf_str(&p.text), "getstate; abort");
	prompt_free(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_is_edited),
		cmocka_unit_test(a_wrong_line_cannot_be_sent),
		cmocka_unit_test(history_is_recalled),
		cmocka_unit_test(words_are_completed),
		cmocka_unit_test(a_paste_is_text)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
