/* Any bytes: what comes out is bounded by them and free of doubles. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "dfu/descriptor.h"

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
	must(dfu_is_dfuse(&f->functional, "@"));
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
		alternates += d.functions[i].nalternates;
	}
	must(alternates <= n / 9);
	dfu_descriptors_free(&d);
	return (0);
}
