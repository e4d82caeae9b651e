/* SPDX-License-Identifier: ISC */
/*
 * ELF (System V ABI, edition 4.1, chapters 4 and 5): the bytes of its
 * loadable segments, where they are stored and not where they run.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/text.h"
#include "dfu/image_own.h"

#define IDENT		16	/* e_ident */
#define SHOWN		60

enum elf_type {
	ELF_RELOCATABLE = 1,
	ELF_CORE = 4
};

enum elf_segment {
	ELF_LOAD = 1,
	ELF_INTERPRETER = 3
};

#define SECTION_NULL	0
#define SECTION_NOBITS	8	/* takes no room in the file */
#define SECTION_ALLOC	0x2	/* of its flags: is in memory */
#define NO_PLACE	SIZE_MAX
#define PHNUM_ELSEWHERE	0xffff

/* A field of a structure: where, and how wide, with 32 and with 64 bits. */
struct field {
	uint8_t	 at32, width32;
	uint8_t	 at64, width64;
};

static const struct field
	e_type = { 16, 2, 16, 2 },
	e_machine = { 18, 2, 18, 2 },
	e_entry = { 24, 4, 24, 8 },
	e_phoff = { 28, 4, 32, 8 },
	e_shoff = { 32, 4, 40, 8 },
	e_phentsize = { 42, 2, 54, 2 },
	e_phnum = { 44, 2, 56, 2 },
	e_shentsize = { 46, 2, 58, 2 },
	e_shnum = { 48, 2, 60, 2 },

	p_type = { 0, 4, 0, 4 },
	p_offset = { 4, 4, 8, 8 },
	p_vaddr = { 8, 4, 16, 8 },
	p_paddr = { 12, 4, 24, 8 },
	p_filesz = { 16, 4, 32, 8 },

	sh_type = { 4, 4, 4, 4 },
	sh_flags = { 8, 4, 8, 8 },
	sh_offset = { 16, 4, 24, 8 },
	sh_size = { 20, 4, 32, 8 };

/* Where firmware cannot be for it, or what it is called. */
static const struct {
	uint16_t	 machine;
	bool		 computer;	/* and no device */
	const char	*name;
} machines[] = {
	{ 2, true, "SPARC" },
	{ 3, true, "x86" },
	{ 4, false, "68000" },
	{ 8, false, "MIPS" },
	{ 20, false, "PowerPC" },
	{ 21, true, "64-bit PowerPC" },
	{ 22, true, "S/390" },
	{ 40, false, "ARM" },
	{ 42, false, "SuperH" },
	{ 43, true, "64-bit SPARC" },
	{ 44, false, "TriCore" },
	{ 50, true, "Itanium" },
	{ 62, true, "x86-64" },
	{ 83, false, "AVR" },
	{ 88, false, "M32R" },
	{ 92, false, "OpenRISC" },
	{ 93, false, "ARC" },
	{ 94, false, "Xtensa" },
	{ 105, false, "MSP430" },
	{ 106, false, "Blackfin" },
	{ 113, false, "Nios II" },
	{ 173, false, "RX" },
	{ 183, false, "AArch64" },
	{ 185, false, "AVR32" },
	{ 189, false, "MicroBlaze" },
	{ 195, false, "ARCv2" },
	{ 197, false, "RL78" },
	{ 243, false, "RISC-V" },
	{ 247, true, "BPF" },
	{ 252, false, "C-SKY" },
	{ 258, true, "LoongArch" },
};

struct elf {
	struct image		*image;
	struct image_pieces	*pieces;
	const uint8_t		*p;
	size_t			 n;
	bool			 wide;		/* 64 bits */
	bool			 high_first;
	bool			 by_vaddr;	/* no p_paddr was ever set */
	bool			 headed;	/* its headers were met */
	struct buf		*error;
};

bool
image_is_elf(const uint8_t *p, size_t n)
{
	return (n >= 3 && memcmp(p, "\177ELF", n < 4 ? n : 4) == 0);
}

static bool
refuse(const struct elf *e, size_t at, const char *what)
{
	buf_addf(e->error, "byte %zu: %s", at, what);
	return (false);
}

/* The field of a structure at that offset; 0 where the file has ended. */
static uint64_t
field(const struct elf *e, uint64_t at, const struct field *f)
{
	size_t width = e->wide ? f->width64 : f->width32, i;
	uint64_t v = 0;
	struct reader r;
	const uint8_t *b;

	if (at > e->n)
		return (0);
	r = reader_of(e->p + at, e->n - (size_t)at);
	reader_bytes(&r, e->wide ? f->at64 : f->at32);
	b = reader_bytes(&r, width);
	for (i = 0; b != NULL && i < width; i++)
		v = v << 8 | b[e->high_first ? i : width - 1 - i];
	return (v);
}

static uint64_t
header(const struct elf *e, const struct field *f)
{
	return (field(e, 0, f));
}

static size_t
header_length(const struct elf *e)
{
	return (e->wide ? 64 : 52);
}

/* Where entry i of a table is, whose first is at from. */
static uint64_t
entry_at(const struct elf *e, const struct field *from,
    const struct field *size, size_t i)
{
	return (header(e, from) + i * header(e, size));
}

static uint64_t
segment(const struct elf *e, size_t i, const struct field *f)
{
	return (field(e, entry_at(e, &e_phoff, &e_phentsize, i), f));
}

static uint64_t
section(const struct elf *e, size_t i, const struct field *f)
{
	return (field(e, entry_at(e, &e_shoff, &e_shentsize, i), f));
}

static size_t
segments(const struct elf *e)
{
	return ((size_t)header(e, &e_phnum));
}

/* A table of n entries, each at least so long, is all there. */
static bool
is_there(const struct elf *e, const struct field *from,
    const struct field *size, size_t n, size_t least)
{
	uint64_t at = header(e, from), each = header(e, size);

	return (each >= least && at <= e->n && each * n <= e->n - at);
}

static bool
check_ident(struct elf *e)
{
	if (e->n < IDENT)
		return (refuse(e, e->n, "the file ends in the ELF header: it "
		    "is truncated"));
	if (e->p[4] != 1 && e->p[4] != 2)
		return (refuse(e, 4, "the file begins like ELF, but is "
		    "neither 32 nor 64 bits"));
	if (e->p[5] != 1 && e->p[5] != 2)
		return (refuse(e, 5, "the file begins like ELF, but has no "
		    "byte order"));
	e->wide = e->p[4] == 2;
	e->high_first = e->p[5] == 2;
	if (e->n < header_length(e))
		return (refuse(e, e->n, "the file ends in the ELF header: it "
		    "is truncated"));
	return (true);
}

/* What machine it is for, told in any case; false: for a computer. */
static bool
check_machine(struct elf *e)
{
	unsigned machine = (unsigned)header(e, &e_machine);
	const char *name = NULL;
	bool computer = false;
	size_t i;

	for (i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		if (machines[i].machine == machine) {
			name = machines[i].name;
			computer = machines[i].computer;
		}
	}
	e->image->about = name != NULL ? mem_printf("for %s, %u bits, %s byte "
	    "first", name, e->wide ? 64u : 32u,
	    e->high_first ? "high" : "low") : mem_printf("for machine %u, %u "
	    "bits, %s byte first", machine, e->wide ? 64u : 32u,
	    e->high_first ? "high" : "low");
	if (computer)
		buf_addf(e->error, "the file is an ELF program for %s "
		    "(a computer), not firmware", name);
	return (!computer);
}

/* What an operating system loads asks for a loader by its path. */
static bool
check_interpreter(struct elf *e, size_t i)
{
	uint64_t at = segment(e, i, &p_offset), n = segment(e, i, &p_filesz);

	buf_adds(e->error, "the file is an ELF program for an operating "
	    "system");
	if (at < e->n && n <= e->n - at) {
		buf_adds(e->error, " (it requests ");
		while (n > 0 && e->p[at + n - 1] == '\0')
			n--;
		text_quote(e->error, e->p + at, n < SHOWN ? (size_t)n : SHOWN);
		buf_addc(e->error, ')');
	}
	buf_adds(e->error, ", not firmware");
	return (false);
}

static bool
check_type(struct elf *e)
{
	uint64_t type = header(e, &e_type);
	size_t i;

	if (type == ELF_RELOCATABLE) {
		buf_adds(e->error, "the file is an ELF object that was not "
		    "linked, so it has no addresses; link it first");
		return (false);
	}
	if (type == ELF_CORE) {
		buf_adds(e->error, "the file is an ELF core dump, not "
		    "firmware");
		return (false);
	}
	if (segments(e) == 0) {
		buf_adds(e->error, "the ELF file has no segments");
		return (false);
	}
	if (segments(e) == PHNUM_ELSEWHERE || !is_there(e, &e_phoff,
	    &e_phentsize, segments(e), e->wide ? 56 : 32))
		return (refuse(e, (size_t)(header(e, &e_phoff) < e->n ?
		    header(e, &e_phoff) : e->n), "the program headers do not "
		    "fit in the file: it is truncated"));
	for (i = 0; i < segments(e); i++) {
		if (segment(e, i, &p_type) == ELF_INTERPRETER)
			return (check_interpreter(e, i));
	}
	return (true);
}

static bool
is_loaded(const struct elf *e, size_t i)
{
	return (segment(e, i, &p_type) == ELF_LOAD &&
	    segment(e, i, &p_filesz) != 0);
}

/* Linkers that know of no p_paddr leave it 0 everywhere, as objcopy knows. */
static bool
lacks_paddr(const struct elf *e)
{
	bool other = false;
	size_t i;

	for (i = 0; i < segments(e); i++) {
		if (is_loaded(e, i) && segment(e, i, &p_paddr) != 0)
			return (false);
		other |= is_loaded(e, i) && segment(e, i, &p_vaddr) != 0;
	}
	return (other);
}

/* The offset of the first section from at on that is in memory. */
static size_t
first_section(const struct elf *e, uint64_t at, uint64_t len)
{
	size_t n = (size_t)header(e, &e_shnum), i, first = NO_PLACE;
	uint64_t offset;

	for (i = 0; i < n; i++) {
		offset = section(e, i, &sh_offset);
		if (section(e, i, &sh_type) == SECTION_NULL ||
		    section(e, i, &sh_type) == SECTION_NOBITS ||
		    section(e, i, &sh_size) == 0 ||
		    (section(e, i, &sh_flags) & SECTION_ALLOC) == 0 ||
		    offset < at || offset - at >= len)
			continue;
		if (offset < first)
			first = (size_t)offset;
	}
	return (first);
}

/*
 * A segment that begins where the file does holds the ELF's own headers, which
 * a linker puts there to fill a page: bytes of no section. How many of them.
 */
static size_t
own_headers(struct elf *e, uint64_t at, uint64_t len, uint64_t address)
{
	size_t first;

	if (at >= header_length(e) || header(e, &e_shnum) == 0 || e->headed)
		return (0);
	e->headed = true;
	first = first_section(e, at, len);
	if (first == NO_PLACE)
		first = (size_t)(at + len);
	image_note(e->image, false, (size_t)at, "the segment for 0x%08llx "
	    "begins with the ELF headers: %llu bytes, omitted",
	    (unsigned long long)address, (unsigned long long)(first - at));
	image_note_aloud(e->image);
	return (first - (size_t)at);
}

static bool
add_segment(struct elf *e, size_t i)
{
	uint64_t at = segment(e, i, &p_offset), len = segment(e, i, &p_filesz);
	uint64_t address = segment(e, i, e->by_vaddr ? &p_vaddr : &p_paddr);
	struct image_piece piece = { 0 };
	size_t own;

	if (at > e->n || len > e->n - at) {
		buf_addf(e->error, "byte %zu: the segment for 0x%08llx should "
		    "have %llu bytes from byte %llu, but the file ends "
		    "before: it is truncated",
		    e->n, (unsigned long long)address,
		    (unsigned long long)len, (unsigned long long)at);
		return (false);
	}
	if (address > UINT32_MAX) {
		buf_addf(e->error, "byte %llu: the segment is for 0x%llx, "
		    "which is above 4 GiB", (unsigned long long)at,
		    (unsigned long long)address);
		return (false);
	}
	own = own_headers(e, at, len, address);
	if (own > UINT32_MAX - address)
		return (refuse(e, (size_t)at, "the segment reaches past "
		    "0xffffffff"));
	piece.address = (uint32_t)(address + own);
	piece.at = (size_t)at + own;
	return (pieces_add(e->pieces, &piece, e->p + at + own,
	    (size_t)len - own, e->error));
}

static void
read_entry(struct elf *e)
{
	uint64_t entry = header(e, &e_entry);

	e->image->has_entry = entry != 0 && entry <= UINT32_MAX;
	e->image->entry = e->image->has_entry ? (uint32_t)entry : 0;
}

bool
image_read_elf(struct image *image, struct image_pieces *pieces,
    const uint8_t *p, size_t n, struct buf *error)
{
	struct elf e = { .image = image, .pieces = pieces, .p = p, .n = n,
	    .error = error };
	bool ok;
	size_t i;

	image->addressed = true;
	if (!check_ident(&e) || !check_machine(&e) || !check_type(&e))
		return (false);
	read_entry(&e);
	e.by_vaddr = lacks_paddr(&e);
	if (e.by_vaddr)
		image_note(image, false, (size_t)header(&e, &e_phoff),
		    "p_paddr is 0 in all segments: dfuscope uses p_vaddr");
	for (i = 0, ok = true; ok && i < segments(&e); i++)
		ok = !is_loaded(&e, i) || add_segment(&e, i);
	if (ok && header(&e, &e_shnum) != 0 && !is_there(&e, &e_shoff,
	    &e_shentsize, (size_t)header(&e, &e_shnum), 1))
		image_note(image, true, n, "the section headers are past the "
		    "end of the file: it is truncated");
	return (ok);
}
