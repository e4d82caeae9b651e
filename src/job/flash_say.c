/* What flash says, and what it looks at before it sends anything. */
#include "job/flash_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "job/image_fit.h"

bool
flash_is_option_bytes(const struct flash_job *k)
{
	return (layout_is_option_bytes(k->layout.name));
}

static bool
is_for_device(struct flash_job *k, const struct session *s)
{
	const struct image_note *wrong = image_wrong(&k->image);
	struct buf why = { 0 };
	bool good = wrong == NULL && image_matches(&k->image, s->who->vendor,
	    s->who->product, s->who->version, &why);

	if (!good)
		work_fail(&k->work, CODE_BAD_FILE, "%s: %s", k->path,
		    wrong != NULL ? wrong->text : buf_str(&why));
	buf_free(&why);
	return (good);
}

/* Option bytes are one block from their start (AN3156). */
static bool
is_whole(struct flash_job *k)
{
	const struct layout_segment *g = &k->layout.segments[0];

	if (flash_is_option_bytes(k) && k->order.leave) {
		work_fail(&k->work, CODE_USAGE, "the device resets itself "
		    "when it takes option bytes, and nothing at 0x%08x can "
		    "be started: leave out \"leave\"", g->start);
		return (false);
	}
	if (!flash_is_option_bytes(k) || (k->plan.nblocks == 1 &&
	    k->plan.blocks[0].address == g->start &&
	    k->plan.blocks[0].len == g->size * g->count))
		return (true);
	work_fail(&k->work, CODE_BAD_FILE, "option bytes are written as one "
	    "block of %u bytes from 0x%08x", g->size * g->count, g->start);
	return (false);
}

/* Everything that can be wrong before anything is sent. */
bool
flash_check(struct flash_job *k, const struct session *s,
    const struct job_settings *set, uint8_t alternate)
{
	struct buf why = { 0 };
	uint16_t size = work_block_size(s, set);
	bool fits;

	if (!is_for_device(k, s) || !work_layout(&k->work, s, alternate,
	    &k->layout))
		return (false);
	if (k->image.addressed && k->order.has_address) {
		work_fail(&k->work, CODE_USAGE, "%s says itself where it "
		    "goes: leave the address out", k->path);
		return (false);
	}
	if (!k->image.addressed && !k->order.has_address &&
	    !image_fit_base(s, &k->order.address)) {
		work_fail(&k->work, CODE_USAGE, "%s does not say where it "
		    "goes, and the device names no memory that can be "
		    "written: give an address behind it", k->path);
		return (false);
	}
	fits = image_fit_check(&k->image, s, k->order.address, &why);
	if (!fits)
		work_fail(&k->work, CODE_BAD_FILE, "%s: %s", k->path,
		    buf_str(&why));
	buf_free(&why);
	if (!fits)
		return (false);
	k->alternate = alternate;
	plan_make(&k->plan, &k->image, &k->layout, alternate,
	    k->order.address, size);
	if (k->plan.nblocks == 0)
		work_fail(&k->work, CODE_BAD_FILE, "%s has nothing for "
		    "alternate setting %u: leave \"here\" out", k->path,
		    alternate);
	if (!k->order.only_verify)
		plan_keep(&k->plan, size);
	memory_io_begin(&k->work.io, session_transfer_size(s));
	return (k->plan.nblocks != 0 && is_whole(k));
}

bool
flash_is_readable(const struct flash_job *k, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	const struct layout_segment *g;
	size_t i;

	if (f->functional.present && (f->functional.bmAttributes &
	    DFU_ATTR_CAN_UPLOAD) == 0)
		return (false);
	for (i = 0; i < k->plan.nblocks; i++) {
		g = layout_at(&k->layout, k->plan.blocks[i].address);
		if (g == NULL || (g->kind & LAYOUT_READABLE) == 0)
			return (false);
	}
	return (true);
}

enum job_step
flash_ask(struct flash_job *k)
{
	struct buf b = { 0 }, lost = { 0 };
	uint64_t erase = plan_erase_bytes(&k->plan);
	uint64_t kept = plan_kept_bytes(&k->plan);

	text_escape(&b, k->path, strlen(k->path));
	buf_addf(&b, " to 0x%08x: ", plan_start(&k->plan));
	if (k->unread.len != 0)
		buf_addf(&b, "what is there could not be read (%s); ",
		    buf_str(&k->unread));
	if (erase != 0)
		buf_addf(&b, "%llu bytes are erased, ",
		    (unsigned long long)erase);
	buf_addf(&b, "%llu bytes are written",
	    (unsigned long long)plan_write_bytes(&k->plan));
	if (kept != 0)
		buf_addf(&b, ", %llu of them as they were beside the file",
		    (unsigned long long)kept);
	buf_adds(&b, ". What is there now is lost");
	plan_lost_words(&k->plan, &lost);
	if (lost.len != 0)
		buf_addf(&b, ", and what is beside the file in the same "
		    "pages: %s", buf_str(&lost));
	buf_free(&lost);
	buf_adds(&b, ". ");
	if (flash_is_option_bytes(k))
		buf_adds(&b, "These are option bytes: a wrong value can lock "
		    "the device for ever. ");
	buf_adds(&b, "Do it?");
	k->question = buf_take(&b);
	k->work.job.effect = (struct effect){ .kind = EFFECT_ASK,
	    .text = k->question,
	    .word = flash_is_option_bytes(k) ? "option-bytes" : NULL };
	return (JOB_EFFECT);
}

/* What "here" leaves out, and how it is done. */
static void
say_other_targets(struct flash_job *k)
{
	const struct image_segment *g = k->image.segments;
	struct buf *b = &k->work.said;
	size_t i;

	for (i = 0; i < k->image.nsegments && !k->order.part; i++)
		if (k->image.kind == IMAGE_DFUSE &&
		    g[i].alternate != k->alternate && (i == 0 ||
		    g[i].alternate != g[i - 1].alternate))
			buf_addf(b, "; what the file has for alternate "
			    "setting %u was left out: alt %u, then the same",
			    g[i].alternate, g[i].alternate);
}

/* "131072 bytes at 0x08000000 written and verified in 13.6 s" */
void
flash_say_success(struct flash_job *k, uint64_t now)
{
	struct buf *b = &k->work.said;
	uint64_t kept = plan_kept_bytes(&k->plan);
	uint64_t written = plan_write_bytes(&k->plan) - kept;
	struct buf lost = { 0 };

	buf_addf(b, "0x%08x to 0x%08llx: ", plan_start(&k->plan),
	    (unsigned long long)plan_end(&k->plan) - 1);
	if (k->order.only_verify || (written == 0 && k->unread.len == 0))
		buf_addf(b, "verified, it holds the %llu bytes of the file%s",
		    (unsigned long long)plan_image_bytes(&k->plan),
		    k->order.only_verify ? "" : " already");
	else
		buf_addf(b, "%llu of %llu bytes written%s",
		    (unsigned long long)written,
		    (unsigned long long)plan_image_bytes(&k->plan),
		    k->order.verify ? " and all verified" :
		    ", not read back");
	if (plan_erase_bytes(&k->plan) != 0)
		buf_addf(b, ", %llu erased",
		    (unsigned long long)plan_erase_bytes(&k->plan));
	if (kept != 0)
		buf_addf(b, ", %llu beside it written back",
		    (unsigned long long)kept);
	plan_lost_words(&k->plan, &lost);
	if (lost.len != 0)
		buf_addf(b, ", lost beside it: %s", buf_str(&lost));
	buf_free(&lost);
	buf_adds(b, " (");
	text_duration(b, now - k->work.begun);
	buf_addc(b, ')');
	if (k->unread.len != 0)
		buf_addf(b, "; it was not read first: %s",
		    buf_str(&k->unread));
	say_other_targets(k);
}

void
flash_say_difference(struct flash_job *k)
{
	const struct plan_block *b =
	    &k->plan.blocks[plan_difference(&k->plan)];

	work_fail(&k->work, CODE_PROTOCOL, "read back, 0x%08x to 0x%08x "
	    "differs from the file", b->address, b->address + b->len - 1);
}
