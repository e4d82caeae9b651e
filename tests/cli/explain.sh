#!/bin/sh
# SPDX-License-Identifier: ISC
# What a journal tells, and what is known of one thing. The journals and what
# must be told of them stand in tests/report; DFUSCOPE_UPDATE_GOLDEN=1 (make
# accept-goldens) writes the texts anew: look at what git says then.

command -v jq >/dev/null || { echo "explain.sh: jq is missing" >&2; exit 1; }
here=$(cd "$(dirname "$0")/../report" && pwd)
program=$(pwd)/dfuscope
[ -x "$program" ] || { echo "explain.sh: no ./dfuscope" >&2; exit 1; }
checker=$(pwd)/tests/report/check_json
law=$(cd "$(dirname "$0")/../.." && pwd)/data/dfuscope.schema.json
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
XDG_STATE_HOME=$work/state
LC_ALL=C.UTF-8
export XDG_STATE_HOME LC_ALL
cd "$work" || exit 1
tests=0
failed=0

wrong()
{
	echo "explain.sh: $line: $1" >&2
	sed 's/^/	/' out err >&2
	failed=$((failed + 1))
}

# What --json printed is as the schema has it.
schema()
{
	"$checker" "$law" <out 2>bad ||
	    wrong "not in the schema: $(cat bad)"
}

try()
{
	code=$1
	shift
	line="dfuscope $*"
	tests=$((tests + 1))
	timeout 60 "$program" "$@" >out 2>err </dev/null
	got=$?
	[ $got -eq "$code" ] || wrong "exit code $got instead of $code"
	case " $* " in
	*' --json '*) schema ;;
	esac
}

said()
{
	grep -qF -e "$2" "$1" || wrong "$1 does not say: $2"
}

# Fit for a bug report: narrow, nothing but text, no path of this machine.
fit()
{
	awk 'length($0) > 80 { bad = 1 } END { exit bad }' out ||
	    wrong "a line has more than 80 columns"
	LC_ALL=C grep -q '[[:cntrl:]]' out && wrong "a control character"
	grep -q ' $' out && wrong "a blank at the end of a line"
	grep -qF "$work" out && wrong "a path of this machine"
	grep -qF "$here" out && wrong "a path of this machine"
}

# The texts, word for word.
for case in stuck=76 error=76 healthy=0; do
	name=${case%=*}
	try "${case#*=}" explain "$here/$name.journal"
	fit
	golden=$here/golden/$name.txt
	[ -z "${DFUSCOPE_UPDATE_GOLDEN:-}" ] || cp out "$golden"
	diff -uN --label "$golden" --label told "$golden" out >difference || {
		line="dfuscope explain $name.journal"
		echo "explain.sh: $line differs: look, then" \
		    "\"make accept-goldens\"" >&2
		cat difference >&2
		failed=$((failed + 1))
	}
	try "${case#*=}" explain --json "$here/$name.journal"
	jq -es 'all(.[]; .v == 2) and ([.[].type] | unique) -
	    ["finding"] == ["journal", "path", "session", "time"]' out \
	    >/dev/null || wrong "not the types there are"
done

# Without a clock no time is told: not 0, nothing.
sed '/ arrived /s/ lacks=[^ ]*//; s/ arrived / arrived lacks=clock /' \
    "$here/stuck.journal" >clockless.journal
try 76 explain --json clockless.journal
jq -es 'all(.[]; .type != "time") and all(.[] | ..; type != "object" or
    ([keys[] | select(IN("time", "seconds", "since", "waited", "took"))] |
    length == 0)) and any(.[]; .facts.clock == "unknown")' out >/dev/null ||
    wrong "a time without a clock"
for words in 'run --json -x getstate' 'list --json'; do
	# shellcheck disable=SC2086 # words
	try 0 $words -T replay:clockless.journal
	jq -es 'map(select(.kind != "wall")) | length > 0 and
	    all(.[] | ..; type != "object" or ([keys[] |
	    select(IN("time", "seconds", "since"))] | length == 0))' out >/dev/null || wrong "a time without a clock"
done

# Most severe first, and the sum of the parts.
try 76 explain --json "$here/error.journal"
jq -es '[.[] | select(.type == "finding") | .severity] |
    . == sort_by({ error: 0, warning: 1, note: 2 }[.]) and
    .[0] == "error"' out >/dev/null || wrong "not the most severe first"
jq -es '.[] | select(.type == "time") | (.span - .asked - .waited - .own -
    .between | . * . < 1e-9) and (.operations | length > 2)' out \
    >/dev/null || wrong "the times do not add up"

# What is long ago counts as well.
"$program" run -T sim:dfu11 -x 'repeat 700 getstatus' -j long.journal \
    >/dev/null 2>&1
try 0 explain --json long.journal
jq -es '.[] | select(.type == "time") | .asked > 0.2099' out >/dev/null ||
    wrong "some of the time is missing"

# Cut off at every byte: never refused once a device is there.
head -c 1700 "$here/stuck.journal" >cut.journal
try 0 explain cut.journal
said out 'The recording ends in the middle of line'
fit
try 0 explain --json cut.journal
jq -es '.[0].cut > 5' out >/dev/null || wrong "the cut is not told"
size=$(wc -c <"$here/error.journal")
at=$(grep -b ' submit #1 ' "$here/error.journal" | cut -d: -f1)
while [ "$at" -lt "$size" ]; do
	head -c "$at" "$here/error.journal" >cut.journal
	"$program" explain cut.journal >out 2>err
	case $? in
	0|76) ;;
	*) wrong "refused when cut at $at" ;;
	esac
	at=$((at + 37))
done

# Cut before anything happened; recorded on after that.
head -n 1 "$here/stuck.journal" >cut.journal
printf '0.00' >>cut.journal
try 0 explain cut.journal
said out 'The recording ends in the middle of line 2'
{
	cat "$here/healthy.journal"
	echo '9.000000 d0 wall text="2030-01-01T00:00:00.000000Z"'
} >twice.journal
try 0 explain twice.journal
grep -qF 2030 out && wrong "the second wall clock counts"
said out ', started 20'

# An error counts if it stands: not one that was taken back, nor, where the
# recording breaks off, one that may yet be.
journals=$here/../differential/journals/manifest
life()
{
	jq -es "any(.[]; .id == \"manifest-abandoned\" and
	    .severity == \"error\" and .life == \"$1\")" out >/dev/null
}
try 0 explain --json "$journals/abandoned-and-gone.journal"
jq -es 'all(.[]; .type != "finding")' out >/dev/null ||
    wrong "tells what was taken back"
sed '/ closed/q' "$journals/abandoned-and-gone.journal" >cut.journal
printf '0.00' >>cut.journal
try 0 explain --json cut.journal
life so-far || wrong "no error so far"
try 76 explain --json "$journals/closed-in-manifest.journal"
life stands || wrong "no error that stands"

# It ends stuck, without an error.
"$program" run -T sim:dfu11,start=error -j left.journal -x getstatus \
    >/dev/null 2>&1
try 76 explain --json left.journal
jq -es 'all(.[]; .type != "finding" or .severity != "error")' out \
    >/dev/null || wrong "an error, too"

# In flight at the end: a killed program.
grep -v 'complete #19 ' "$here/stuck.journal" >killed.journal
try 76 explain killed.journal
said out 'while #19 has no answer yet'

# Damaged in the middle: read on, and the line is named.
sed 's/complete #7 ok/complete #7 okay/' "$here/stuck.journal" >bad.journal
nth=$(grep -n 'okay' bad.journal | cut -d: -f1)
try 76 explain bad.journal
said out "dfuscope cannot read line $nth: its contents are missing."
said out 'manifest-wants-polls'
fit
try 76 explain --json bad.journal
jq -es ".[0].damaged == 1 and .[0].first_damaged == $nth" out >/dev/null ||
    wrong 'the damage is not told'
sed '/ complete #[78] /s/.*/oops/' "$here/stuck.journal" >worse.journal
try 76 explain worse.journal
said out "dfuscope cannot read 2 lines, the first is line $nth:"

# Of a later format, nothing at all, another kind, missing, several.
sed '1s/ 1 / 3 /' "$here/stuck.journal" >later.journal
try 65 explain later.journal
said err 'later.journal, line 1: column 19: cannot read a journal of the later'
printf '\177ELF\1\1\1' >elf
try 65 explain elf
said err 'elf: not a journal: probably a program (ELF)'
echo 'no journal' >none
try 65 explain none
said err 'not a journal or a log of a known DFU tool'
: >empty
try 65 explain empty
try 66 explain missing.journal
said err 'missing.journal: No such file'
mkfifo pipe
try 66 explain pipe
said err 'pipe: a pipe; dfuscope reads only'
try 65 explain "$here/stuck.journal" none "$here/healthy.journal"
said out 'journal stuck.journal'
said out 'journal healthy.journal'
try 76 explain "$here/stuck.journal" "$here/healthy.journal"
try 64 explain
said err 'explain: expected'
try 64 explain --about dfuERROR "$here/stuck.journal"
try 64 list --about dfuERROR

# Hostile strings of a device do no harm.
"$program" run -T sim:dfu11,strings=hostile -j hostile.journal -x getstatus \
    >/dev/null 2>&1
try 0 explain hostile.journal
fit

# A file in place of its contents: why nothing starts.
printf '\177ELF\001\001\001\000\000\000\000\000\000\000\000\000' >a.elf
"$program" run --yes -T sim:stm32f072,back=same -j file.journal \
    -x 'flash a.elf as raw leave' -x 'wait 2000' >/dev/null 2>&1
try 0 explain --json file.journal
jq -es 'map(select(.type == "finding")) |
    any(.id == "file-flashed" and (.evidence | test("like an ELF file"))) and
    any(.id == "back-in-dfu" and (.evidence |
    test("what begins like an ELF file: that is the cause$")))' out \
    >/dev/null || wrong 'the cause is not told'

# What is known of one thing; every ID that is listed can be asked about.
try 0 --list-findings
said out 'manifest-abandoned'
cut -d' ' -f1 out >ids
[ "$(wc -l <ids)" -gt 60 ] || wrong "few are listed"
while read -r id; do
	try 0 explain --about "$id"
	grep -q . out || wrong "nothing is known"
done <ids
for id in overdue unplug dfuMANIFEST GETSTATUS errFIRMWARE bitWillDetach dfuerror; do
	try 0 explain --about "$id"
	[ "$(wc -l <out)" -gt 1 ] || wrong "little is known"
	fit
done
try 0 explain --list-findings
try 64 explain --about manifest-abandond
said err 'manifest-abandoned'
try 64 explain --about GETSTATSU
said err 'GETSTATUS'
try 64 explain --about zzzzzzzz
said err '--list-findings'

# A file to look at needs a terminal; nothing can be sent to it without one.
try 66 missing.journal
try 65 ./none
try 64 "$here/stuck.journal" -T sim:dfu11
said err 'cannot be combined with -T'
try 64 "$here/stuck.journal" -j other
try 64 run -T "recording:$here/stuck.journal" -x getstatus
said err 'a recording cannot be changed'

# Numbers that do not grow: a file that somebody has changed.
cat >order.journal <<'EOF'
dfuscope-journal 2 0.1.0
0.000000 d1 arrived transport="sim" place="p1" id=0483:df11 version=2200 bus=0 devnum=0 incarnation=0
0.100000 d1 submit #5 setup=2101000000000500 len=5 data=2100000008
0.200000 d1 submit #3 setup=2101000000000500 len=5 data=2100000008
0.300000 d1 complete #3 ok len=5
EOF
try 0 explain order.journal

[ $failed -eq 0 ] || exit 1
echo "explain.sh: $tests runs"
