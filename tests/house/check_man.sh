#!/bin/sh
# The tables of the manual page are those of the program; the page has a place
# for each; every subcommand has its place in the synopsis.

here=$(dirname "$0")
. "$here/lib.sh"
program=${PRINT_TABLES:-${top_builddir:-.}/tests/house/print_tables}
page=$tree/man/dfuscope.1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

cp "$page" "$work/page" && chmod u+w "$work/page" || exit 1
"$here/../../scripts/man-tables" "$program" "$work/page" || exit 1
findings=$(diff "$page" "$work/page" | sed -n 's/^\([0-9]*\).*/\1/p' |
    head -1 | sed 's|.*|man/dfuscope.1:&: an old table: run make texts|')
for table in options commands keys profiles parameters wrongs exit; do
	grep -q "^\.\\\\\" table $table\$" "$page" ||
	    findings="$findings${findings:+
}man/dfuscope.1:1: no table $table"
done
verdict check_man "$findings"
