#!/bin/sh
# SPDX-License-Identifier: ISC
# The differential list leaves nothing out: each command, condition, option,
# tool, simulated device, fault and wrong occurs in a row of the table "runs",
# each finding and verdict in what is expected, and each trace of
# tests/findings has a journal. What does not is named.

here=$(cd "$(dirname "$0")" && pwd)
runs=${1:-$here/runs}
program=$(pwd)/dfuscope
tables=${PRINT_TABLES:-$(pwd)/tests/house/print_tables}
for p in "$program" "$tables"; do
	[ -x "$p" ] || { echo "covered.sh: no $p" >&2; exit 1; }
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
LC_ALL=C
export LC_ALL

# names TABLE: the first word of each item, as the program has it.
names()
{
	"$tables" "$1" | sed -n 's/\\-/-/g; s/^\.It [IC][cm] //p' |
	    sed 's/ .*//'
}

grep -v '^#' "$runs" >"$work/rows"
cut -f4 "$work/rows" >"$work/commands"
# A command to a line, without what only says when and how often.
tr ';' '\n' <"$work/commands" |
    sed 's/^ *//; s/^\(repeat [0-9]*\|try\|instead\) /\1\n/' >"$work/each"
# Targets, wherever they are given.
cut -f2,3 "$work/rows" | tr ' \t+' '\n' | grep '^sim:' >"$work/targets"
cut -f3 "$work/rows" | tr ' ' '\n' >"$work/options"
"$program" sims >"$work/sims" || exit 1

{
	grep "$(printf '\t')" "$work/rows" | cut -f1 | sort | uniq -d |
	    sed 's/$/: an id that stands twice/'
	names commands | while read -r name; do
		grep -q "^$name\( \|\$\)" "$work/each" ||
		    echo "command $name: in no row"
	done
	names conditions | while read -r name; do
		grep -q "\(expect\|until\|on\|break\) $name" \
		    "$work/commands" || echo "condition $name: in no row"
	done
	names dialects | while read -r name; do
		for task in open leave flash; do
			grep -q "^do-as $name $task" "$work/each" ||
			    echo "do-as $name $task: in no row"
		done
	done
	names profiles | while read -r name; do
		grep -q "^sim:$name\(,\|\$\)" "$work/targets" ||
		    echo "simulated device $name: in no row"
	done
	# Each word that a parameter takes, and one value that is no word.
	sed -n '/^Parameters/,/^Wrong/s/^  \([a-z].*=[^ ]*\).*/\1/p' \
	    "$work/sims" | while IFS='=' read -r name values; do
		for value in $(echo "$values" | tr '|' ' '); do
			case $value in
			[A-Z]*)	pattern="$name=[^,]" ;;
			*)	pattern="$name=$value\(,\|\$\)" ;;
			esac
			grep -q ",$pattern" "$work/targets" ||
			    echo "fault $name=$value: in no row"
		done
	done
	sed -n '/^Wrong/,$s/^  \([a-z][^ ]*\) .*/\1/p' "$work/sims" |
	    while read -r name; do
		grep -q ",wrong=$name\(,\|\$\)" "$work/targets" ||
		    echo "wrong=$name: in no row"
	done
	# Three are given by the test itself; the version is no behaviour.
	"$tables" options | sed -n 's/\\-/-/g; s/^\.It \(.*\)/\1/p' |
	    sed 's/^Fl \(.\) , /\1 /; s/Fl Fl \([^ ]*\).*/\1/' |
	    while read -r letter name; do
		[ -n "$name" ] || { name=$letter; letter=; }
		case $name in
		target|execute|json|version) continue ;;
		esac
		grep -q -e "^--$name\$" ${letter:+-e "^-$letter\$"} \
		    "$work/options" || echo "option --$name: in no row"
	done
	"$program" --list-findings | while read -r id severity rest; do
		case $severity in
		note|warning|error) ;;
		*) continue ;;
		esac
		grep -q "\"id\":\"$id\"" "$here"/expected/*.json ||
		    echo "finding $id: nowhere in expected/"
	done
	names verdicts | while read -r name; do
		grep -q "\"word\":\"$name\"" "$here"/expected/*.json ||
		    echo "verdict $name: nowhere in expected/"
	done
	for f in "$here"/../findings/traces/*.trace; do
		area=${f##*/}
		area=${area%.trace}
		sed -n 's/^trace //p' "$f" | while read -r name; do
			[ -s "$here/journals/$area/$name.journal" ] ||
			    echo "trace $area/$name: no journal:" \
			    "make differential-journals"
		done
	done
} >"$work/missing"
[ ! -s "$work/missing" ] || {
	cat "$work/missing"
	echo "covered.sh: $(wc -l <"$work/missing") missing" >&2
	exit 1
}
