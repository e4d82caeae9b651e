/* SPDX-License-Identifier: ISC */
/* Any bytes: what comes out is bounded by them and free of doubles. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "dfu/descriptor.h"
#include "dfu/lint.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_function(const struct dfu_function *f)
{
	const struct dfu_alternate *a;
	size_t i;

	must(f->nalternates > 0 && f->nalternates <= 256);
	for (i = 0; i < f->nalternates; i++) {
		a = &f->alternates[i];
		must(dfu_function_alternate(f, a->bAlternateSetting) == a);
	}
	if (f->functional.present)
		must(f->functional.bLength >= 7);
	else
		must(f->functional.bLength == 0 &&
		    f->functional.wTransferSize == DFU_TRANSFER_SIZE_UNKNOWN);
	if (f->functional.bLength < 9)
		must(f->functional.bcdDFUVersion == DFU_VERSION_10);
}

/* The bytes are its strings, too. */
static void
check_lint(const struct dfu_descriptors *d, const struct dfu_function *f,
    const uint8_t *p, size_t n)
{
	struct buf text = { 0 };
	struct lint_subject s = { .descriptors = d, .function = f,
	    .bytes = p, .nbytes = n, .states = n > 0 ? p[n - 1] : 0 };
	struct lint l;
	size_t i;

	buf_addc(&text, '@');
	buf_add(&text, p, n);
	s.serial = buf_str(&text) + 1;
	if (f != NULL)
		s.names[f->alternates[0].bAlternateSetting] = buf_str(&text);
	lint_check(&l, &s);
	must(l.n <= lint_rows_count);
	for (i = 0; i < l.n; i++) {
		must(l.findings[i].detail != NULL);
		must(i == 0 || l.findings[i - 1].row->severity >=
		    l.findings[i].row->severity);
	}
	lint_free(&l);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct dfu_descriptors d;
	size_t i, alternates = 0;

	dfu_descriptors_parse(&d, p, n);
	must(d.fault != NULL || d.fault_at == 0);
	must(d.fault_at <= n);
	must(!d.has_device || n >= 18);
	for (i = 0; i < d.nfunctions; i++) {
		check_function(&d.functions[i]);
		check_lint(&d, &d.functions[i], p, n);
		alternates += d.functions[i].nalternates;
	}
	must(alternates <= n / 9);
	check_lint(&d, NULL, p, n);
	dfu_descriptors_free(&d);
	return (0);
}
