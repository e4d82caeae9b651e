#include "ui/hand_recover.h"

#include "model/recovery.h"
#include "ui/consoles.h"

enum act
hand_recover_press(const struct hand *h, const struct press *p)
{
	if (h->look->screen != LOOK_RECOVER || p->kind != PRESS_CHAR || p->alt)
		return (ACT_NONE);
	if (p->cp >= '1' && p->cp < '1' + RECOVERY_COUNT)
		return (ACT_RUNG);
	if (p->cp == 'a')
		return (ACT_RUNGS);
	return (p->cp == 's' ? ACT_SAVE_WAY : ACT_NONE);
}

static void
fire(const struct hand *h, const char *words)
{
	const char *why = command_refusal(command_named("recover"),
	    desk_session(h->desk), desk_runner(h->desk), h->now);

	if (why != NULL) {
		hand_notice(h, "recover", why);
		return;
	}
	buf_addf(h->line, "recover%s%s", *words != '\0' ? " " : "", words);
	*h->by_key = true;
}

static void
fire_rung(const struct hand *h, enum recovery_rung rung)
{
	h->look->rung = rung;
	if (rung != RECOVERY_UNPLUG)
		fire(h, recovery_rows[rung].id);
	else if (h->desk->simulated)
		buf_adds(h->line, "unplug");
	else
		hand_notice(h, "unplug", "that is for your hand; the console "
		    "waits for it to come back");
}

static void
save(const struct hand *h)
{
	const struct runner *r = desk_runner(h->desk);

	if (r == NULL || !r->recovery.over)
		hand_notice(h, "recover save", "nothing has got it out yet");
	else
		prompt_open(&h->look->prompt, "recover save ");
}

/* The mildest that may help is what is offered first. */
void
hand_recover_show(struct look *look, const struct scene *sc)
{
	struct recovery_offer offers[RECOVERY_COUNT];

	if (sc->session == NULL || sc->runner == NULL)
		return;
	recovery_offer(sc->session, scene_stack(sc), sc->now, offers);
	look->rung = offers[0].rung;
	recovery_offers_free(offers);
	screen_show(look, LOOK_RECOVER);
}

void
hand_recover(const struct hand *h, enum act a, const struct press *p)
{
	struct scene sc = look_scene(h->look, h->desk, h->now);

	if (h->look->screen != LOOK_RECOVER)
		hand_recover_show(h->look, &sc);
	else if (a == ACT_RUNG)
		fire_rung(h, (enum recovery_rung)(p->cp - '1'));
	else if (a == ACT_RUNGS)
		fire(h, "");
	else if (a == ACT_SAVE_WAY)
		save(h);
	else if (a == ACT_OPEN)
		fire_rung(h, h->look->rung);
}

void
hand_recover_move(const struct hand *h, long step)
{
	struct recovery_offer offers[RECOVERY_COUNT];
	struct scene sc = look_scene(h->look, h->desk, h->now);
	long at = 0, i;

	if (sc.session == NULL || sc.runner == NULL)
		return;
	recovery_offer(sc.session, scene_stack(&sc), h->now, offers);
	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (offers[i].rung == h->look->rung)
			at = i;
	}
	at += step;
	at = at < 0 ? 0 : at >= RECOVERY_COUNT ? RECOVERY_COUNT - 1 : at;
	h->look->rung = offers[at].rung;
	recovery_offers_free(offers);
}
