#!/bin/sh
# SPDX-License-Identifier: ISC
# The tables of the manual pages are those of the program; each page has a
# place for its own; every subcommand has its place in the synopsis.

here=$(dirname "$0")
. "$here/lib.sh"
program=${PRINT_TABLES:-${top_builddir:-.}/tests/house/print_tables}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

findings=

# found TEXT: one more line.
found()
{
	findings="$findings${findings:+
}$1"
}

# page NAME TABLE...
page()
{
	name=man/$1
	shift
	cp "$tree/$name" "$work/page" && chmod u+w "$work/page" || exit 1
	"$here/../../scripts/man-tables" "$program" "$work/page" || exit 1
	line=$(diff "$tree/$name" "$work/page" |
	    sed -n 's/^\([0-9]*\).*/\1/p' | head -1)
	[ -z "$line" ] || found "$name:$line: an old table: run make texts"
	for table; do
		grep -q "^\.\\\\\" table $table\$" "$tree/$name" ||
		    found "$name:1: no table $table"
	done
}

page dfuscope.1 options commands keys profiles verdicts serve dialects exit
page dfuscope-sim.5 parameters wrongs
page dfuscope-recipe.5 conditions
page dfuscope-journal.5 event-kinds event-fields outcomes facts
page dfuscope-json.5 json-types json-parts
page dfu.7 states requests statuses attributes dfuse moves
verdict check_man "$findings"
