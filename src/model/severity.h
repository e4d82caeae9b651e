/* How much something matters. */
#ifndef MODEL_SEVERITY_H
#define MODEL_SEVERITY_H

enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR
};

/* "note", "warning", "error" */
const char	*severity_name(enum severity s);

#endif
