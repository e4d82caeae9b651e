/* SPDX-License-Identifier: ISC */
/* What the files of print_tables share: text as mdoc(7), and its tables. */
#ifndef TESTS_HOUSE_PRINT_TABLES_H
#define TESTS_HOUSE_PRINT_TABLES_H

/* As an argument of a macro or as text: nothing in it means anything. */
void	put(const char *s);
/* The same, with a full stop unless it has one, and a newline. */
void	put_sentence(const char *s);

void	begin_list(void);
void	end_list(void);

/* Of the formats, for dfuscope-journal(5) and dfuscope-json(5). */
void	print_event_kinds(void);
void	print_event_fields(void);
void	print_outcomes(void);
void	print_facts(void);
void	print_json_types(void);
void	print_json_parts(void);

#endif
