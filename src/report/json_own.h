/* SPDX-License-Identifier: ISC */
/* What the files of the JSON report share: members of objects. */
#ifndef REPORT_JSON_OWN_H
#define REPORT_JSON_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "diagnosis/advice.h"

struct session;

/* What the schema is called after; data/dfuscope.schema.json. */
#define JSON_VERSION	2

/* {"v":2,"type":type} */
json_t	*json_own_object(const char *type);

/* The same of a session, with its place; NULL: none. */
json_t	*json_own_of(const char *type, const struct session *s);

/* Appends it as a line, and frees it. */
void	 json_own_finish(struct buf *b, json_t *o);

/* Whole numbers of microseconds, as seconds. */
json_t	*json_own_seconds(uint64_t us);

/* It is known when things happened: else no time of it is told at all. */
bool	 json_own_clock(const struct session *s);

/* The time us under key, where the session has a clock. */
void	 json_own_time(json_t *o, const char *key, const struct session *s,
	    uint64_t us);

/* A state or status by number and name; the name of none is null. */
json_t	*json_own_named(uint8_t number, const char *name);
json_t	*json_own_state(uint8_t state);

/* Text of a device or a file, escaped; text that was put together here. */
void	 json_own_words(json_t *o, const char *key, const void *s, size_t n);

/* As text; NULL leaves it out. */
void	 json_own_string(json_t *o, const char *key, const char *s);
void	 json_own_number(json_t *o, const char *key, uint64_t v);
void	 json_own_hex(json_t *o, const char *key, const void *p, size_t n);

/*
 * What to do next, {kind, command, key, why, certainty, dont}; null: nothing.
 * The key is the one that the command has by default.
 */
json_t	*json_own_advice(const struct advice *a);

#endif
