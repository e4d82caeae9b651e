#!/bin/sh
# SPDX-License-Identifier: ISC
# The screen in README.md is the golden file that it names.

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

verdict check_readme "$findings"
