#!/bin/sh
# SPDX-License-Identifier: ISC
# What the program says of everything the tests hold is what it said before:
# journals, recipes and the command lines of the table "runs", case by case,
# with exit code, stdout, stderr and the files written. What changes is looked
# at line by line; DIFFERENTIAL_ACCEPT=1 (make accept-differential) then writes
# expected/ anew.

here=$(cd "$(dirname "$0")" && pwd)
program=$(pwd)/dfuscope
checker=$(pwd)/tests/report/check_json
[ -x "$program" ] || { echo "differential.sh: no ./dfuscope" >&2; exit 1; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
LC_ALL=C.UTF-8
TZ=UTC
HOME=$work/home
unset XDG_STATE_HOME XDG_CONFIG_HOME XDG_DATA_HOME TERM
export LC_ALL TZ HOME
tab=$(printf '\t')
mark=$(printf '\001')
default_ifs=$IFS

# Names as they appear in the output, wherever the sources are.
mkdir "$work/home" "$work/in" "$work/text" "$work/json"
link()
{
	ln -s "$here/$1" "$work/in/$2" || exit 1
}
link files files
link ../source/logs logs
link recipes recipes
link journals journals
link ../report report
link ../journal/0.1.0 old-journals
link ../fuzz/corpus/image fuzz-image
link ../fuzz/corpus/journal fuzz-journal
link ../fuzz/corpus/capture fuzz-capture
link ../fuzz/corpus/recipe fuzz-recipe
link ../../data/recipes data

# one ID WORDS...: runs the program; $raw gets all there is to see. Lines that
# are not the program's own begin with a mark until shape has been there.
one()
{
	id=$1
	shift
	printf '%s\n' "${mark}case $area/$id: dfuscope $shown" >>"$raw"
	"$program" "$@" >>"$raw" 2>err </dev/null
	code=$?
	if [ -s err ]; then
		while IFS= read -r line; do
			printf '%s\n' "$mark! $line" >>"$raw"
		done <err
	fi
	for f in *; do
		case $f in
		err|in) continue ;;
		*.bin)	echo "$mark> $f: $(cksum <"$f")" >>"$raw" ;;
		*)	echo "$mark> $f" >>"$raw"
			sed "s/^/$mark| /" "$f" >>"$raw" ;;
		esac
		rm "$f"
	done
	echo "$mark= exit $code" >>"$raw"
}

# row ID TARGETS OPTIONS COMMANDS: of the table. $json is --json or nothing.
row()
{
	id=$1
	[ "$3" = - ] && options= || options=$3
	if [ "$2" = - ]; then
		case "$json $options" in
		" "*|"--json list "*|"--json info "*|"--json explain in/files/"*) ;;
		*) return ;;
		esac
		shown="$options${json:+ $json}"
		set -f
		# shellcheck disable=SC2086 # words
		set -- $options $json
		set +f
	else
		targets=$2
		commands=$4
		[ "$commands" = - ] && commands=
		shown="run${json:+ $json} -T $2${options:+ $options}"
		shown="$shown${commands:+ -x \"$commands\"}"
		set -f
		# shellcheck disable=SC2086 # words
		set -- run $json $options
		IFS=+
		for t in $targets; do
			set -- "$@" -T "$t"
		done
		IFS=$default_ifs
		set +f
		[ -z "$commands" ] || set -- "$@" -x "$commands"
	fi
	one "$id" "$@"
}

table()
{
	while IFS=$tab read -r id targets options commands; do
		case $id in
		''|\#*) ;;
		'area '*)
			area=${id#area }
			area=${area% brief}
			[ "$id" = "area $area" ] || : >"$into.brief.$area"
			raw=$into/$area ;;
		*) row "$id" "$targets" "$options" "$commands" ;;
		esac
	done <"$here/runs"
}

# all NAME: everything once, as text or as json, into $work/NAME.
all()
{
	into=$work/$1
	json=
	[ "$1" = text ] || json=--json
	mkdir "$work/$1.case"
	cd "$work/$1.case" || exit 1
	ln -s ../in in
	table
	for directory in in/journals/* in/report in/old-journals \
	    in/fuzz-journal in/fuzz-capture; do
		area=explain-${directory##*/}
		raw=$into/$area
		for f in "$directory"/*; do
			case $f in
			*.journal|in/fuzz-journal/*|in/fuzz-capture/*) ;;
			*) continue ;;
			esac
			name=${f##*/}
			shown="explain${json:+ $json} $f"
			# shellcheck disable=SC2086 # words
			one "${name%.journal}" explain $json "$f"
		done
	done
	[ -z "$json" ] || return 0
	area=about
	raw=$into/$area
	"$program" --list-findings | while read -r id rest; do
		shown="explain --about $id"
		one "$id" explain --about "$id"
	done
}

# A brief area is one whose requests its text has: --json leaves them out, as
# events of the same kinds are whole elsewhere. What is normalised is the wall
# clock alone, in the event of JSON and of journals: nothing else differs
# between runs. Each line of the program gets two blanks.
shape()
{
	if [ -e "$work/json.brief.${1#"$work/json/"}" ]; then
		grep -v '"type":"event".*"kind":"\(submit\|complete\)"' "$1"
	else
		cat "$1"
	fi | sed -e '/"kind":"wall"/s/[0-9-]\{10\}T[0-9:.]*Z/WALL/g' \
	    -e "/^$mark| [0-9.]* d0 wall /s/\"[^\"]*\"/\"WALL\"/" \
	    -e "/^$mark/!s/^/  /" -e "s/^$mark//"
}

(all text) &
(all json)
wait
cat "$work/json"/* | grep '^{' >"$work/lines"
"$checker" "$here/../../data/dfuscope.schema.json" <"$work/lines" || {
	echo "differential.sh: lines that the schema does not allow" >&2
	exit 1
}
mkdir "$work/now"
for kind in text json; do
	for raw in "$work/$kind"/*; do
		shape "$raw" >"$work/now/${raw##*/}.$kind"
	done
done
expected=$here/expected
if [ -n "${DIFFERENTIAL_ACCEPT:-}" ]; then
	rm -rf "$expected"
	mkdir "$expected" && cp "$work/now"/* "$expected" || exit 1
	echo "differential.sh: $(cat "$expected"/* | grep -c '^case ') cases;" \
	    "look at each changed line: git diff"
	exit 0
fi

# differing OLD NEW: the cases that are not the same in both.
differing()
{
	awk '
	/^case / { id = $2; sub(/:$/, "", id); seen[id] = 1 }
	{ text[side, id] = text[side, id] $0 "\n" }
	END {
		for (id in seen)
			if (text[0, id] != text[1, id])
				print id (text[0, id] == "" ? " (new)" : \
				    text[1, id] == "" ? " (gone)" : "")
	}' side=0 "$1" side=1 "$2" | sort
}

cd "$work" || exit 1
shown=0
for file in $(cd "$expected" && ls; cd "$work/now" && ls); do
	echo "$file"
done | sort -u >files
while read -r file; do
	old=$expected/$file
	new=$work/now/$file
	[ -e "$old" ] || old=/dev/null
	[ -e "$new" ] || new=/dev/null
	cmp -s "$old" "$new" && continue
	differing "$old" "$new" | sed "s/\$/ ${file##*.}/" >>cases
	shown=$((shown + 1))
	[ $shown -le 3 ] || continue
	diff -u -F '^case ' --label "expected/$file" --label "now/$file" \
	    "$old" "$new" | cut -c1-400 | head -60
done <files
total=$(cat now/* | grep -c '^case ')
bad=0
[ ! -e cases ] || bad=$(wc -l <cases)
echo "differential.sh: $bad of $total cases differ"
[ "$bad" -ne 0 ] || exit 0
head -40 cases | sed 's/^/	/'
echo "	look at each; make accept-differential writes expected/ anew"
exit 1
