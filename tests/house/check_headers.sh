#!/bin/sh
# SPDX-License-Identifier: ISC
# Every header compiles alone and is guarded by ROOM_FILE_H (src/loop.h by
# LOOP_H; those under tests/ may leave the TESTS_ out).

here=$(dirname "$0")
. "$here/lib.sh"
CC=${CC:-cc}

config=
[ ! -f config.h ] || config='-include config.h'
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

guard_findings()
{
	code 1 "$1" | awk -v file="$1" -v want="$2" -v loose="$3" '
	{
		split($0, part, ":")
		sub(/^[^:]*:[^:]*:[ \t]*/, "")
		if ($0 == "")
			next
		gsub(/#[ \t]*/, "#")
		at = part[2]
		$0 = $0
		if (++n == 1) {
			name = $2
			right = name == want || (loose && "TESTS_" name == want)
			if ($1 != "#ifndef" || !right)
				exit
		} else {
			guarded = $1 == "#define" && $2 == name
			exit
		}
	}
	END {
		if (!guarded)
			print file ":" (at ? at : 1) ": no include guard " want
	}'
}

headers=$(c_files src tests | grep '\.h$')
if [ -z "$headers" ]; then
	echo "check_headers: no headers under $tree/src" >&2
	exit 1
fi
findings=$(for h in $headers; do
	loose=1
	case $h in
	src/*)	loose= ;;
	esac
	want=$(printf '%s' "${h#src/}" | tr 'a-z/.-' 'A-Z___')
	guard_findings "$h" "$want" "$loose"
	# Twice, to see that the guard guards.
	printf '#include "%s"\n#include "%s"\n' "${h#src/}" "${h#src/}" \
	    >"$work/alone.c"
	if ! $CC $CFLAGS $config -I"$tree/src" -I"$tree" $CPPFLAGS \
	    -fsyntax-only "$work/alone.c" >"$work/said" 2>&1; then
		echo "$h:1: does not compile alone"
		grep -E 'error|warning' "$work/said" | head -5 |
		    sed "s|^$tree/||; s|^|	|"
	fi
done)
verdict check_headers "$findings"
