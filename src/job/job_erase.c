/* SPDX-License-Identifier: ISC */
/* erase-range, wipe and unprotect: what destroys and writes nothing. */
#include "job/jobs.h"

#include "job/memory_job.h"
#include "session/limits.h"
#include "session/session.h"

#define WIPE_S		120	/* a mass erase may be busy for so long */

enum phase {
	PHASE_DO = MEMORY_OWN,
	PHASE_BACK /* it has reset itself: does it come back? */
};

/* What differs between the two that are one command. */
struct whole {
	const char	*question;
	const char	*done;
	enum dfu_kind	 command;
};

static const struct whole wipe = {
	"Erase the entire memory of the device? All contents are lost; this "
	"cannot be undone.",
	"the device reports that it erased everything; not read back",
	DFU_KIND_MASS_ERASE
};
static const struct whole unprotect = {
	"Remove read protection? The device erases all of its memory and "
	"resets itself; this cannot be undone.",
	"the device reports that it removed the read protection; not read back",
	DFU_KIND_READ_UNPROTECT
};

struct erase_job {
	struct memory_job m;
	const struct whole *whole;      /* NULL: a range */
	uint32_t	 start;		/* of the first page */
	uint64_t	 at;		/* pages below are erased */
	uint64_t	 end;		/* behind the last page */
	bool doubt;                     /* what was begun may be done */
	uint64_t left_at;               /* us */
};

static uint32_t
page_size(const struct erase_job *k)
{
	return (layout_at(&k->m.layout, (uint32_t)k->at)->size);
}

static void
check(struct memory_job *m, struct job_turn *t)
{
	struct erase_job *k = (struct erase_job *)m;
	uint64_t to = m->address + (uint64_t)m->length;

	memory_io_begin(&m->io, session_transfer_size(t->s));
	if (k->whole != NULL) {
		if (session_dialect(t->s) != DFU_DIALECT_DFUSE)
			memory_job_fail(
			    m, CODE_USAGE, "this command needs DfuSe; the "
				"device uses plain DFU 1.1");
		return;
	}
	if (!memory_job_layout(m, t->s, t->s->alternate))
		return;
	k->end = layout_without(&m->layout, m->address, to, LAYOUT_ERASABLE);
	if (k->end < to)
		memory_job_fail(m, CODE_USAGE,
		    "0x%08llx is in no erasable sector",
		    (unsigned long long)k->end);
	k->at = k->start = layout_sector(&m->layout, m->address);
}

static void
add_size(struct buf *b, uint64_t bytes)
{
	if (bytes < 10000)
		buf_addf(b, "%llu bytes", (unsigned long long)bytes);
	else
		buf_addf(b, "%llu KiB", (unsigned long long)bytes / 1024);
}

static void
ask(struct memory_job *m, struct job_turn *t, struct buf *b)
{
	struct erase_job *k = (struct erase_job *)m;

	(void)t;
	if (k->whole == NULL) {
		buf_addf(b, "Erase 0x%08x-0x%08llx (", k->start,
		    (unsigned long long)k->end - 1);
		add_size(b, k->end - k->start);
		buf_adds(b, ")? The contents are lost and cannot be "
		    "recovered.");
		return;
	}
	buf_adds(b, k->whole->question);
	m->word = m->job.ops->name;
}

static void
say_range(const struct erase_job *k, struct buf *b, bool doubt)
{
	uint64_t next = k->at;
	const char *glue = "";

	if (k->at > k->start) {
		buf_addf(b, "0x%08x-0x%08llx erased", k->start,
		    (unsigned long long)k->at - 1);
		glue = ", ";
	}
	if (doubt) {
		next = k->at + page_size(k);
		buf_addf(b, "%s0x%08llx-0x%08llx unknown", glue,
		    (unsigned long long)k->at, (unsigned long long)next - 1);
		glue = ", ";
	}
	if (next < k->end)
		buf_addf(b, "%s0x%08llx-0x%08llx untouched", glue,
		    (unsigned long long)next, (unsigned long long)k->end - 1);
}

static void
say_doubt(struct erase_job *k, bool sent)
{
	k->doubt = memory_io_may_have_acted(&k->m.io, sent);
	if (k->whole == NULL)
		say_range(k, &k->m.tail, k->doubt);
	else
		buf_adds(&k->m.tail,
		    k->doubt ? "the memory contents are unknown" :
			    "nothing was erased");
}

static void
begin_command(struct erase_job *k)
{
	if (k->whole == NULL)
		memory_io_command(&k->m.io, DFU_KIND_ERASE, (uint32_t)k->at,
		    LIMIT_ERASE_S * 1000);
	else
		memory_io_command(&k->m.io, k->whole->command, 0,
		    WIPE_S * 1000);
}

static enum memory_turn
do_it(struct memory_job *m, struct job_turn *t)
{
	struct erase_job *k = (struct erase_job *)m;
	enum poll_end how;

	if (!m->busy)
		begin_command(k);
	how = memory_job_io(m, t);
	if (how == POLL_GOING)
		return (MEMORY_STEP);
	if (how == POLL_GONE && k->whole == &unprotect &&
	    memory_io_may_have_acted(&m->io, true)) {
		k->left_at = t->s->present ? t->s->arrived_at : t->s->left_at;
		return (memory_job_enter(m, PHASE_BACK, t->now));
	}
	if (how != POLL_DONE) {
		memory_job_fail_io(m, how);
		say_doubt(k, true);
	} else if (m->io.poll.reply.bState == DFU_STATE_IDLE) {
		/* An erase ends in dfuDNLOAD-IDLE (AN3156). */
		memory_job_fail(m, CODE_PROTOCOL, "%s", "");
		memory_io_words(&m->io, &m->said);
		buf_addf(&m->said, ": probably dropped: the device is in "
		    "dfuIDLE (#%u), not in dfuDNLOAD-IDLE",
		    m->io.poll.number);
		say_doubt(k, true);
	} else if (k->whole != NULL) {
		buf_adds(&m->said, k->whole->done);
	} else {
		k->at += page_size(k);
		if (k->at < k->end)
			return (MEMORY_TURN);
		say_range(k, &m->said, false);
		buf_adds(&m->said, " (reported by the device); not read back");
	}
	return (MEMORY_NEXT);
}

static enum memory_turn
await(struct memory_job *m, struct job_turn *t)
{
	m->job.until = ((struct erase_job *)m)->left_at + SESSION_BACK_WITHIN;
	t->step = JOB_WAIT;
	if (!t->s->present && t->now < m->job.until)
		return (MEMORY_STEP);
	buf_addf(&m->said,
	    "the device reset itself, as expected after removing read "
	    "protection; %s",
	    t->s->present ? "it has reconnected" :
		"nothing has reconnected yet");
	m->quiet = true;
	return (MEMORY_NEXT);
}

static bool
progress(const struct memory_job *m, struct job_progress *p)
{
	const struct erase_job *k = (const struct erase_job *)m;

	p->has_address = true;
	p->address = (uint32_t)k->at;
	p->done = k->at - k->start;
	p->total = k->end - k->start;
	return (k->whole == NULL);
}

static void
stopped(struct memory_job *m, bool sent)
{
	if (m->phase == PHASE_DO)
		say_doubt((struct erase_job *)m, sent && m->busy);
}

static enum memory_known
knows(const struct memory_job *m, const struct session *s, struct buf *b)
{
	const struct erase_job *k = (const struct erase_job *)m;

	if (!m->failed)
		return (k->whole == NULL &&
			    session_memory_cut_touches(s, s->alternate,
				k->start, (uint32_t)(k->end - 1)) ?
			MEMORY_KNOWS_WHOLE :
			MEMORY_KNOWS_NOTHING);
	if (!k->doubt && k->at == k->start)
		return (MEMORY_KNOWS_NOTHING);
	if (k->whole == NULL)
		say_range(k, b, k->doubt);
	else
		buf_adds(b, "the memory contents are unknown");
	return (MEMORY_KNOWS_CUT);
}

static const struct memory_phase phases[] = {
	[MEMORY_FILE] = { .turn = memory_job_open, .next = MEMORY_FIRST },
	[MEMORY_FIRST] = { .turn = memory_job_first, .next = MEMORY_TO_IDLE },
	[MEMORY_TO_IDLE] = { .turn = memory_job_to_idle, .next = MEMORY_ASK },
	[MEMORY_ASK] = { .turn = memory_job_ask,
	    .next = PHASE_DO,
	    .words = "waiting for confirmation" },
	[PHASE_DO] = { .turn = do_it,
	    .next = MEMORY_END,
	    .verb = "erasing",
	    .words = "waiting until the device is done" },
	[PHASE_BACK] = { .turn = await,
	    .next = MEMORY_END,
	    .words = "the device disconnected; waiting for it to reconnect" },
	[MEMORY_END] = { .turn = memory_job_end,
	    .next = MEMORY_END,
	    .anyway = true,
	    .words = "returning the device to dfuIDLE" },
};

#define ERASE_KIND(job_name, what)                                  \
	{                                                           \
		.ops = { MEMORY_JOB_OPS, .words = memory_job_words, \
			.name = job_name, .destroys = what },       \
		.phases = phases, .check = check, .ask = ask,       \
		.progress = progress, .stopped = stopped,           \
		.knows = knows                                      \
	}

static const struct memory_kind range_kind =
    ERASE_KIND("erase-range", "the contents of those sectors");
static const struct memory_kind wipe_kind =
    ERASE_KIND("wipe", "the entire memory of the device");
static const struct memory_kind unprotect_kind =
    ERASE_KIND("unprotect", "the entire memory of the device");

static struct job *
new_whole(const struct memory_kind *kind, const struct whole *whole)
{
	struct erase_job *k = memory_job_new(sizeof(*k), kind, NULL);

	k->whole = whole;
	return (&k->m.job);
}

struct job *
job_erase_range(uint32_t address, uint32_t length)
{
	struct erase_job *k = memory_job_new(sizeof(*k), &range_kind, NULL);

	k->m.address = address;
	k->m.length = length;
	return (&k->m.job);
}

struct job *
job_wipe(void)
{
	return (new_whole(&wipe_kind, &wipe));
}

struct job *
job_unprotect(void)
{
	return (new_whole(&unprotect_kind, &unprotect));
}
