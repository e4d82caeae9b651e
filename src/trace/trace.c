#include "config.h"

#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "trace/identity.h"
#include "trace/journal.h"

/* Data of so many bytes lies in the ring itself. */
#define SHORT	8

enum policy { KEEP_ALL, KEEP_WINDOW, KEEP_FILE };

/* What stays in memory of an event that lives in a file. */
struct entry {
	uint64_t	offset;
	uint64_t	time;
	uint32_t	length;
	uint32_t	number;
	uint16_t	dev;
	uint8_t		kind;
	uint8_t		outcome;
};
_Static_assert(sizeof(struct entry) == TRACE_INDEX_SIZE, "index size");

struct trace {
	enum policy		 policy;
	size_t			 first;		/* index of the oldest kept */
	size_t			 end;
	size_t			 payload;	/* bytes of data kept */

	/* All and window: a ring in the second case. */
	struct event		*events;
	size_t			 cap;
	uint8_t		       (*data)[SHORT];	/* of the ring: short ones */

	/* File. */
	int			 fd;
	struct entry		*entries;
	struct buf		 line;
	struct journal_scratch	 scratch;
	struct event		 current;
};

static struct trace *
new_trace(enum policy policy)
{
	struct trace *t = mem_alloc(sizeof(*t));

	t->policy = policy;
	t->fd = -1;
	return (t);
}

struct trace *
trace_new(void)
{
	return (new_trace(KEEP_ALL));
}

struct trace *
trace_new_window(size_t size)
{
	struct trace *t = new_trace(KEEP_WINDOW);

	t->cap = size != 0 ? size : 1;
	t->events = mem_array(NULL, t->cap, sizeof(*t->events));
	t->data = mem_array(NULL, t->cap, sizeof(*t->data));
	return (t);
}

struct trace *
trace_new_file(int fd)
{
	struct trace *t = new_trace(KEEP_FILE);

	t->fd = fd;
	return (t);
}

static struct event *
slot(const struct trace *t, size_t i)
{
	return (&t->events[t->policy != KEEP_WINDOW ? i :
	    (t->cap & (t->cap - 1)) == 0 ? i & (t->cap - 1) : i % t->cap]);
}

static void
forget(struct trace *t, struct event *e)
{
	t->payload -= e->kept;
	if (t->data == NULL || e->kept > SHORT)
		free((void *)(uintptr_t)e->data);
	if (e->who != NULL)
		identity_free((struct identity *)(uintptr_t)e->who);
	*e = (struct event){ 0 };
}

void
trace_free(struct trace *t)
{
	size_t i;

	if (t == NULL)
		return;
	if (t->policy != KEEP_FILE) {
		for (i = t->first; i < t->end; i++)
			forget(t, slot(t, i));
	}
	free(t->events);
	free(t->data);
	free(t->entries);
	buf_free(&t->line);
	journal_scratch_free(&t->scratch);
	free(t);
}

/* Doubling, but never by more than 4096 events: a trace may grow for days. */
static size_t
grown(size_t cap)
{
	return (cap < 64 ? 64 : cap < 4096 ? cap * 2 : cap + 4096);
}

static const uint8_t *
keep_data(const struct trace *t, size_t i, const struct event *e)
{
	if (t->data == NULL || e->kept == 0 || e->kept > SHORT)
		return (mem_copy(e->data, e->kept));
	return (memcpy(t->data[i], e->data, e->kept));
}

size_t
trace_add(struct trace *t, const struct event *e)
{
	struct event *copy;

	if (t->policy == KEEP_FILE)
		return (trace_add_at(t, e, 0, 0));
	if (t->policy == KEEP_WINDOW && t->end - t->first == t->cap)
		forget(t, slot(t, t->first++));
	if (t->policy == KEEP_ALL && t->end == t->cap) {
		t->cap = grown(t->cap);
		t->events = mem_array(t->events, t->cap, sizeof(*t->events));
	}
	copy = slot(t, t->end);
	*copy = *e;
	copy->data = keep_data(t, (size_t)(copy - t->events), e);
	copy->who = e->who != NULL ? identity_copy(e->who) : NULL;
	t->payload += e->kept;
	return (t->end++);
}

size_t
trace_add_at(struct trace *t, const struct event *e, uint64_t offset,
    size_t length)
{
	struct entry *entry;

	if (t->end == t->cap) {
		t->cap = grown(t->cap);
		t->entries = mem_array(t->entries, t->cap,
		    sizeof(*t->entries));
	}
	entry = &t->entries[t->end];
	entry->offset = offset;
	entry->length = (uint32_t)length;
	entry->time = e->time;
	entry->number = e->number;
	entry->dev = e->dev;
	entry->kind = e->kind;
	entry->outcome = e->outcome;
	return (t->end++);
}

size_t
trace_first(const struct trace *t)
{
	return (t->first);
}

size_t
trace_end(const struct trace *t)
{
	return (t->end);
}

static bool
read_line(struct trace *t, const struct entry *entry)
{
	size_t done = 0;
	ssize_t n;

	buf_free(&t->line);
	t->line.data = mem_alloc((size_t)entry->length + 1);
	t->line.len = entry->length;
	t->line.cap = (size_t)entry->length + 1;
	while (done < entry->length) {
		n = pread(t->fd, t->line.data + done, entry->length - done,
		    (off_t)(entry->offset + done));
		if (n <= 0)
			return (false);
		done += (size_t)n;
	}
	return (true);
}

/* Reading back is a cache: the trace does not change. */
static const struct event *
read_back(struct trace *t, const struct entry *entry)
{
	struct buf error = { 0 };
	enum journal_result r = JOURNAL_BAD;

	if (entry->length != 0 && read_line(t, entry))
		r = journal_parse(buf_str(&t->line), t->line.len,
		    &t->current, &t->scratch, &error);
	buf_free(&error);
	return (r == JOURNAL_EVENT ? &t->current : NULL);
}

const struct event *
trace_get(const struct trace *t, size_t i)
{
	if (i < t->first || i >= t->end)
		return (NULL);
	if (t->policy == KEEP_FILE)
		return (read_back((struct trace *)(uintptr_t)t,
		    &t->entries[i]));
	return (slot(t, i));
}

void
trace_memory(const struct trace *t, size_t *events, size_t *payload)
{
	*events = sizeof(*t) + t->line.cap + t->cap *
	    (t->policy == KEEP_FILE ? sizeof(struct entry) :
	    sizeof(struct event));
	*payload = t->payload;
}
