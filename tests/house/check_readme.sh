#!/bin/sh
# The screen in README.md is the golden file that it names, and the exit codes
# there are those of the manual page.

here=$(dirname "$0")
. "$here/lib.sh"
export tree
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

findings=
found()
{
	findings="$findings${findings:+
}README.md:$1: $2"
}

line=$(grep -n '^<!-- screen: ' "$tree/README.md" | head -1)
if [ -z "$line" ]; then
	found 1 "no screen"
else
	cp "$tree/README.md" "$work/README.md" && chmod u+w "$work/README.md"
	"$here/../../scripts/readme-screen" "$work/README.md" ||
	    found "${line%%:*}" "its golden file is not there"
	cmp -s "$work/README.md" "$tree/README.md" ||
	    found "${line%%:*}" "the screen is old: run scripts/readme-screen"
fi

# Rows "| 64 | ..." under the heading that names them; ".It 64" in the page.
sed -n '/^## Exit codes/,/^## [^E]/s/^| *\([0-9][0-9]*\) *|.*/\1/p' \
    "$tree/README.md" >"$work/codes"
sed -n '/^\.\\" table exit/,/^\.\\" end/s/^\.It \([0-9]*\)$/\1/p' \
    "$tree/man/dfuscope.1" >"$work/page"
cmp -s "$work/codes" "$work/page" ||
    found "$(grep -n '^## Exit codes' "$tree/README.md" | cut -d: -f1)" \
    "other exit codes than man/dfuscope.1"
verdict check_readme "$findings"
