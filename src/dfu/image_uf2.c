/* SPDX-License-Identifier: ISC */
/* UF2: blocks of 512 bytes, each with its address (microsoft/uf2). */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "dfu/image_own.h"

#define BLOCK		512
#define MOST		476	/* bytes of data in a block */
#define END		508	/* where the last signature is */
#define END_1		0x0ab16f30u

#define NOT_MAIN_FLASH	0x00000001u
#define OF_FILES	0x00001000u
#define HAS_FAMILY	0x00002000u

static const char signature[] = "UF2\nWQ]\x9e";
#define SIGNATURE	(sizeof(signature) - 1)

struct block {
	size_t		 at;		/* in the file */
	uint32_t	 flags;
	uint32_t	 targetAddr;
	uint32_t	 payloadSize;
	uint32_t	 blockNo;
	uint32_t	 numBlocks;
	uint32_t	 family;
	const uint8_t	*data;
};

struct walk {
	struct image		*image;
	struct image_pieces	*pieces;
	uint8_t			*seen;		/* by blockNo */
	size_t			 count;		/* blocks in the file */
	size_t			 elsewhere;	/* not for main flash */
	uint32_t		 family;
	bool			 has_family;
	bool			 numbered;	/* as they should be */
	struct buf		*error;
};

/* As microsoft/uf2 lists them; devices that are seen with DFU, and others. */
static const struct {
	uint32_t	 id;
	const char	*name;
} families[] = {
	{ 0x00ff6919, "STM32L4" },
	{ 0x04240bdf, "STM32L5" },
	{ 0x16573617, "ATmega32" },
	{ 0x1851780a, "SAML21" },
	{ 0x1b57745f, "nRF52" },
	{ 0x1c5f21b0, "ESP32" },
	{ 0x1e1f432d, "STM32L1" },
	{ 0x202e3a91, "STM32L0" },
	{ 0x21460ff0, "STM32WL" },
	{ 0x2abc77ec, "LPC55" },
	{ 0x300f5633, "STM32G0" },
	{ 0x31d228c6, "GD32F350" },
	{ 0x4c71240a, "STM32G4" },
	{ 0x4fb2d5bd, "i.MX RT10XX" },
	{ 0x53b80f00, "STM32F7" },
	{ 0x55114460, "SAMD51" },
	{ 0x57755a57, "STM32F4" },
	{ 0x5d1a0a2e, "STM32F2" },
	{ 0x5ee21072, "STM32F1" },
	{ 0x621e937a, "nRF52833" },
	{ 0x647824b6, "STM32F0" },
	{ 0x68ed2b88, "SAMD21" },
	{ 0x6b846188, "STM32F3" },
	{ 0x6d0922fa, "STM32F407" },
	{ 0x6db66082, "STM32H7" },
	{ 0x70d16653, "STM32WB" },
	{ 0x7f83e793, "KL32L2" },
	{ 0x8fb060fe, "STM32F407VG" },
	{ 0x9af03e33, "GD32VF103" },
	{ 0xada52840, "nRF52840" },
	{ 0xbfdd4eee, "ESP32-S2" },
	{ 0xc47e5767, "ESP32-S3" },
	{ 0xd42ba06c, "ESP32-C3" },
	{ 0xe48bff56, "RP2040" },
};

bool
image_is_uf2(const uint8_t *p, size_t n)
{
	return (n >= 3 && memcmp(p, signature, n < SIGNATURE ? n :
	    SIGNATURE) == 0);
}

static char *
family_words(uint32_t family)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (families[i].id == family)
			return (mem_printf("%s (0x%08x)", families[i].name,
			    family));
	}
	return (mem_printf("0x%08x", family));
}

static bool
read_block(struct walk *w, const uint8_t *p, size_t at, struct block *b)
{
	struct reader r = reader_of(p + at, BLOCK);

	*b = (struct block){ .at = at };
	if (memcmp(reader_bytes(&r, SIGNATURE), signature, SIGNATURE) != 0) {
		buf_addf(w->error, "byte %zu: a UF2 block should begin here",
		    at);
		return (false);
	}
	b->flags = reader_u32(&r);
	b->targetAddr = reader_u32(&r);
	b->payloadSize = reader_u32(&r);
	b->blockNo = reader_u32(&r);
	b->numBlocks = reader_u32(&r);
	b->family = reader_u32(&r);
	b->data = reader_bytes(&r, MOST);
	if (reader_u32(&r) != END_1) {
		buf_addf(w->error, "byte %zu: the UF2 block lacks its end "
		    "mark here", at + END);
		return (false);
	}
	return (true);
}

/* The first block whose number is not right is told. */
static void
check_number(struct walk *w, const struct block *b)
{
	struct image *image = w->image;

	if (!w->numbered)
		return;
	w->numbered = false;
	if (b->numBlocks != w->count)
		image_note(image, true, b->at + 24, "numBlocks is %u, but the "
		    "file has %zu blocks: %s", b->numBlocks, w->count,
		    b->numBlocks > w->count ? "it is truncated" :
		    "data was added");
	else if (b->blockNo >= w->count)
		image_note(image, true, b->at + 20, "blockNo is %u, of %zu "
		    "blocks, which are counted from 0", b->blockNo, w->count);
	else if (w->seen[b->blockNo] != 0)
		image_note(image, true, b->at + 20, "block %u occurs twice",
		    b->blockNo);
	else
		w->numbered = true;
	if (w->numbered)
		w->seen[b->blockNo] = 1;
}

static bool
check_family(struct walk *w, const struct block *b)
{
	bool has = (b->flags & HAS_FAMILY) != 0;
	char *one, *two;

	if (w->image->about == NULL && has)
		w->image->about = family_words(b->family);
	if (w->pieces->n == 0) {
		w->has_family = has;
		w->family = b->family;
		return (true);
	}
	if (w->has_family == has && (!has || w->family == b->family))
		return (true);
	one = w->has_family ? family_words(w->family) : mem_strdup("none");
	two = has ? family_words(b->family) : mem_strdup("none");
	buf_addf(w->error, "byte %zu: the file holds firmware for several "
	    "device families, %s and %s; dfuscope cannot choose one",
	    b->at + 28, one, two);
	free(one);
	free(two);
	return (false);
}

static bool
add_block(struct walk *w, const struct block *b)
{
	struct image_piece piece = { .address = b->targetAddr, .at = b->at };

	if ((b->flags & OF_FILES) != 0) {
		buf_addf(w->error, "byte %zu: this UF2 file holds files, not "
		    "memory contents", b->at + 8);
		return (false);
	}
	check_number(w, b);
	if ((b->flags & NOT_MAIN_FLASH) != 0) {
		w->elsewhere++;
		return (true);
	}
	if (b->payloadSize > MOST) {
		buf_addf(w->error, "byte %zu: payloadSize is %u; a block "
		    "holds at most %u bytes", b->at + 16, b->payloadSize,
		    MOST);
		return (false);
	}
	return (check_family(w, b) && pieces_add(w->pieces, &piece, b->data,
	    b->payloadSize, w->error));
}

static void
note_blocks(struct walk *w)
{
	struct image *image = w->image;
	char *family = image->about;

	if (family != NULL)
		image->about = mem_printf("for the family %s", family);
	free(family);
	if (w->elsewhere == 0)
		return;
	image_note(image, false, IMAGE_NOWHERE, "%zu block%s not for the main "
	    "flash: ignored", w->elsewhere, w->elsewhere == 1 ? " is" :
	    "s are");
	image_note_aloud(image);
}

bool
image_read_uf2(struct image *image, struct image_pieces *pieces,
    const uint8_t *p, size_t n, struct buf *error)
{
	struct walk w = { .image = image, .pieces = pieces,
	    .count = n / BLOCK, .numbered = true, .error = error };
	struct block b;
	bool ok = true;
	size_t at;

	image->addressed = true;
	if (n % BLOCK != 0) {
		buf_addf(error, "byte %zu: the file ends in a UF2 block: it "
		    "is truncated", n);
		return (false);
	}
	w.seen = mem_alloc(w.count);
	for (at = 0; ok && at < n; at += BLOCK)
		ok = read_block(&w, p, at, &b) && add_block(&w, &b);
	if (ok)
		note_blocks(&w);
	free(w.seen);
	return (ok);
}
