/* SPDX-License-Identifier: ISC */
/*
 * Lines of JSON held against data/dfuscope.schema.json, inside of a test: a
 * strict reader of the part of JSON Schema 2020-12 that this schema uses. A
 * keyword that it does not know fails, so that no rule is passed over. That
 * it judges as others do is what tests/report/schema.sh proves.
 */
#ifndef TESTS_REPORT_SCHEMA_H
#define TESTS_REPORT_SCHEMA_H

#include <stdbool.h>

#include <jansson.h>

#include "base/buf.h"

/*
 * The schema, read anew; NULL: error says why not. The caller decrefs it.
 */
json_t	*schema_read(const char *path, struct buf *error);

/* The schema allows this line; false: why says what it does not. */
bool	 schema_allows(json_t *schema, const char *line, struct buf *why);

/*
 * The same of each line of text with the schema of the source tree; the test
 * fails on the first that is not allowed.
 */
void	 schema_check_lines(const char *text);

/* That schema; it stays for the rest of the test. */
json_t	*schema_of_tree(void);

#endif
