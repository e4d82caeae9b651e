/* SPDX-License-Identifier: ISC */
/*
 * Runs a fuzzer's function without libFuzzer: over every file of the
 * directories named (or of $FUZZ_CORPUS, or of the one of its name,
 * replay_NAME), then over mutations of them, always the same ones.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#ifndef MUTATIONS
#define MUTATIONS	20000
#endif

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct seeds {
	struct buf	*list;
	size_t		 n;
};

static uint64_t random_state = 0x9e3779b97f4a7c15;

/* xorshift64*, below limit */
static size_t
random_below(size_t limit)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return ((size_t)((random_state * 0x2545f4914f6cdd1d) >> 33) % limit);
}

/* An exact copy, so that a sanitizer sees a read past the end. */
static void
run(const struct buf *b)
{
	uint8_t *copy = mem_alloc(b->len);

	if (b->len > 0)
		memcpy(copy, b->data, b->len);
	LLVMFuzzerTestOneInput(copy, b->len);
	free(copy);
}

static void
insert(struct buf *b, size_t at, const uint8_t *p, size_t n)
{
	struct buf tail = { 0 };

	buf_add(&tail, b->data + at, b->len - at);
	buf_cut(b, at);
	buf_add(b, p, n);
	buf_add(b, tail.data, tail.len);
	buf_free(&tail);
}

static void
mutate(struct buf *b, const struct buf *other)
{
	static const uint8_t special[] = { 0, 1, 2, 9, 0x7f, 0x80, 0xff, '0',
	    '9', '/', '*', ',', '@', ' ' };
	size_t at = b->len > 0 ? random_below(b->len) : 0, from;
	uint8_t byte = (uint8_t)random_below(256);

	if (b->len == 0 || random_below(6) == 0) {
		insert(b, at, &byte, 1);
		return;
	}
	switch (random_below(5)) {
	case 0:
		b->data[at] ^= (uint8_t)(1u << random_below(8));
		break;
	case 1:
		b->data[at] = byte;
		break;
	case 2:
		b->data[at] = special[random_below(sizeof(special))];
		break;
	case 3:
		buf_cut(b, at);
		break;
	case 4:
		if (other->len == 0)
			break;
		from = random_below(other->len);
		insert(b, at, other->data + from,
		    random_below(other->len - from) + 1);
		break;
	}
}

static void
run_mutations(const struct seeds *s)
{
	struct buf b = { 0 };
	const struct buf *seed;
	/* Few where each instruction is watched. */
	size_t n = getenv("WALK_SHORT") != NULL ? MUTATIONS / 10 : MUTATIONS;
	size_t i, k;

	for (i = 0; i < n; i++) {
		seed = &s->list[random_below(s->n)];
		buf_cut(&b, 0);
		buf_add(&b, seed->data, seed->len);
		for (k = random_below(8) + 1; k > 0; k--)
			mutate(&b, &s->list[random_below(s->n)]);
		run(&b);
	}
	buf_free(&b);
}

static bool
read_file(struct buf *b, const char *path)
{
	uint8_t chunk[4096];
	bool ok = false;
	FILE *f;
	size_t n;

	f = fopen(path, "rb");
	if (f == NULL)
		return (false);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(b, chunk, n);
	ok = !ferror(f);
	fclose(f);
	return (ok);
}

static bool
add_seed(struct seeds *s, const char *directory, const char *name)
{
	char *path = mem_printf("%s/%s", directory, name);
	struct buf b = { 0 };
	bool ok = read_file(&b, path);

	if (ok) {
		s->list = mem_array(s->list, s->n + 1, sizeof(*s->list));
		s->list[s->n++] = b;
	} else {
		perror(path);
		buf_free(&b);
	}
	free(path);
	return (ok);
}

static int
compare(const void *a, const void *b)
{
	const struct buf *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int order = n > 0 ? memcmp(x->data, y->data, n) : 0;

	if (order != 0)
		return (order);
	return ((x->len > y->len) - (x->len < y->len));
}

static bool
add_directory(struct seeds *s, const char *path)
{
	struct dirent *entry;
	bool ok = true;
	DIR *d;

	d = opendir(path);
	if (d == NULL) {
		perror(path);
		return (false);
	}
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			ok = add_seed(s, path, entry->d_name) && ok;
	closedir(d);
	return (ok);
}

int
main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	const char *seeds = getenv("FUZZ_CORPUS");
	char *own = mem_printf("%s/fuzz/corpus/%s", TESTS_DIR,
	    (name != NULL ? name + 1 : argv[0]) + strlen("replay_"));
	struct seeds s = { 0 };
	bool ok = true;
	size_t i;
	int k;

	if (argc < 2)
		ok = add_directory(&s, seeds != NULL ? seeds : own);
	free(own);
	for (k = 1; k < argc; k++)
		ok = add_directory(&s, argv[k]) && ok;

	/* Directories come in any order; mutations must not. */
	if (s.n > 0)
		qsort(s.list, s.n, sizeof(*s.list), compare);
	for (i = 0; i < s.n; i++)
		run(&s.list[i]);
	if (s.n > 0)
		run_mutations(&s);
	printf("%zu files\n", s.n);
	ok = ok && s.n > 0;
	for (i = 0; i < s.n; i++)
		buf_free(&s.list[i]);
	free(s.list);
	return (ok ? 0 : 1);
}
