/* SPDX-License-Identifier: ISC */
#include "report/doctor.h"

#include "report/json_own.h"

const char *
doctor_how_words(enum doctor_how how)
{
	switch (how) {
	case DOCTOR_FINE:
		return ("ok");
	case DOCTOR_NOTE:
		return ("note");
	case DOCTOR_IN_THE_WAY:
		return ("in the way");
	}
	return ("");
}

void
doctor_text(struct buf *b, const struct doctor_finding *f)
{
	buf_addf(b, "%-10s  %-10s  ", doctor_how_words(f->how), f->id);
	if (f->place.len != 0)
		buf_addf(b, "%s: ", buf_str(&f->place));
	buf_addf(b, "%s\n", buf_str(&f->words));
	if (f->mend.len != 0)
		buf_addf(b, "%24s$ %s\n", "", buf_str(&f->mend));
}

void
doctor_json(struct buf *b, const struct doctor_finding *f)
{
	json_t *o = json_own_object("doctor");

	json_own_string(o, "id", f->id);
	json_own_string(o, "how", doctor_how_words(f->how));
	if (f->place.len != 0)
		json_own_words(o, "place", f->place.data, f->place.len);
	json_own_words(o, "words", f->words.data, f->words.len);
	if (f->mend.len != 0)
		json_own_words(o, "command", f->mend.data, f->mend.len);
	json_own_finish(b, o);
}
