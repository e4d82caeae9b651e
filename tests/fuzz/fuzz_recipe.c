/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a recipe that also sources itself by other names: it is
 * understood, or a sentence that can be printed says why not.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"
#include "command/recipe.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define MAX_FILES	64

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_sentence(const struct buf *error)
{
	const char *p = buf_str(error);
	size_t n = error->len, length;
	uint32_t cp;

	must(n > 0);
	for (; n > 0; p += length, n -= length) {
		length = text_decode(p, n, &cp);
		must(cp != TEXT_BAD && text_width(cp) > 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char value[] = "A=1";
	char *args[] = { value };
	struct recipe_check c;
	struct buf error = { 0 };
	unsigned files = 0;
	bool ok = true;

	recipe_check_begin(&c, "root", args, n % 2);
	while (ok && recipe_check_wants(&c) != NULL && files++ < MAX_FILES)
		ok = recipe_check_give(&c, p, n, &error);
	if (ok)
		must(error.len == 0);
	else
		check_sentence(&error);
	recipe_check_end(&c);
	buf_free(&error);
	return (0);
}
