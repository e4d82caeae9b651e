#!/bin/sh
# SPDX-License-Identifier: ISC
# Every option and command that takes a file, given what is none: a pipe, a
# folder, a device, 5 GB of nothing; and every file that is written, on a disk
# that is full. Nothing waits, nothing that was there is lost, and a sentence
# names the file. Finds the program as ./dfuscope.

program=$(pwd)/dfuscope
[ -x "$program" ] || { echo "doors.sh: no ./dfuscope" >&2; exit 1; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
XDG_STATE_HOME=$work/state
export XDG_STATE_HOME
cd "$work" || exit 1
tests=0
failed=0

wrong()
{
	echo "doors.sh: $line: $1" >&2
	sed 's/^/	/' out err >&2
	failed=$((failed + 1))
}

# try WORDS...: runs the program; out, err and $got hold what came of it.
try()
{
	line="dfuscope $*"
	tests=$((tests + 1))
	timeout 60 "$program" "$@" >out 2>err </dev/null
	got=$?
}

# refused CODES FILE: the last run ended with one of them, and names the file.
refused()
{
	case " $1 " in
	*" $got "*) ;;
	*) wrong "exit code $got, not one of $1" ;;
	esac
	cat out err | grep -qF -e "$2: " || wrong "no sentence about $2"
}

sim='sim:stm32f072'
# So that there is something to save.
wrote='set-address 0x08000000; getstatus; wait; getstatus; dnload 2 hex:0011;
    getstatus; wait; getstatus'
got_out='getstatus; recover'
mkfifo pipe
mkdir folder
truncate -s 5G sparse
ln -s /dev/zero device
cat >journal <<'END'
dfuscope-journal 2 0.1.0
0.000000 - wall text="2026-01-01T00:00:00.000000Z"
END

# What is read.
for file in pipe folder sparse device; do
	for line in '' --json --markdown; do
		try explain $line $file
		refused '65 66' $file
	done
	try $file
	refused '65 66' $file
	try info $file
	refused '65 66' $file
	try info --json $file
	[ $got -eq 65 ] || [ $got -eq 66 ] || wrong "exit code $got"
	try info $file as raw
	refused '65 66' $file
	try run -T replay:$file -x getstatus
	refused '65 66' $file
	try run -T $sim $file
	refused '65 66' $file
	try run -T $sim -x "source $file"
	refused '65 66' $file
	for line in "flash $file 0x08000000" "verify $file 0x08000000" \
	    "flash $file as raw 0x08000000" "verify $file as raw" \
	    "do-as dfu-util flash $file 0x08000000" "dnload 2 @$file"; do
		try run -T $sim --yes -x "$line"
		refused '65 66' $file
	done
	# The operator's own file: said, and the program goes on.
	mkdir -p config/dfuscope
	rm -f config/dfuscope/rc
	ln -s ../../$file config/dfuscope/rc
	XDG_CONFIG_HOME=$work/config
	export XDG_CONFIG_HOME
	try --print-config
	refused 0 "$work/config/dfuscope/rc"
	unset XDG_CONFIG_HOME
	# How far the lessons are: not known then.
	mkdir -p state/dfuscope
	ln -sf ../../$file state/dfuscope/lessons
	try learn
	[ $got -eq 0 ] || wrong "exit code $got"
	rm state/dfuscope/lessons
done

# What is written: none of these is, and each stays what it is.
cp journal firmware.bin
echo 'no journal' >firmware.bin
ln -s firmware.bin link
: >empty
ls -ld pipe folder sparse device link empty >before
for file in pipe folder sparse device link empty firmware.bin; do
	try run -T $sim -j $file -x getstatus
	refused 65 $file
	try run -T $sim -x "record $file; getstatus"
	refused 74 $file
	try run -T $sim -x "read 0x08000000 16 $file"
	refused '64 74' $file
	for what in 'export svg' 'export sequence' 'export pcapng' \
	    'save image'; do
		try run -T $sim --yes -x "$wrote; $what $file"
		[ $got -ne 0 ] || wrong "exit code 0"
	done
	try run -T sim:dfu11,start=error --yes -x "$got_out; recover save $file"
	refused 74 $file
done
for file in pipe folder device; do
	try run -T $sim -x "read 0x08000000 16 $file replace"
	refused '64 74' $file
	for what in 'export svg' 'export sequence' 'export pcapng' \
	    'save image'; do
		try run -T $sim --yes -x "$wrote; $what $file replace"
		[ $got -ne 0 ] || wrong "exit code 0"
	done
done
ls -ld pipe folder sparse device link empty >after
cmp -s before after || wrong 'what was there has changed'
[ "$(cat firmware.bin)" = 'no journal' ] || wrong 'firmware.bin was written to'

# A link stays one, and what it points to is replaced.
try run -T $sim -x 'read 0x08000000 16 link replace'
[ $got -eq 0 ] || wrong "exit code $got"
[ -L link ] || wrong 'the link is gone'
[ "$(wc -c <firmware.bin)" -eq 16 ] || wrong 'what it points to stayed'

# A journal takes the place of one, but not of one that is replayed.
try run -T $sim -j journal -x getstatus
[ $got -eq 0 ] || wrong "exit code $got"
grep -q complete journal || wrong 'the journal was not written'
cp journal kept
try run -T replay:journal -j journal -x getstatus
refused 65 'journal journal'
cmp -s journal kept || wrong 'the recording was written over'
# Nor of one that somebody writes.
flock journal sh -c "exec '$program' run -T $sim -j journal -x getstatus" \
    >out 2>err </dev/null
got=$?
refused 65 'journal journal'
cmp -s journal kept || wrong 'the journal that is written was replaced'

# A full disk, as a limit of the size of files, 1 KiB: what was there stays.
# full WORDS...: the program, so limited
full()
{
	line="dfuscope $* (with a full disk)"
	tests=$((tests + 1))
	{
		(ulimit -f $limit; exec timeout 60 "$program" "$@") 2>&1 </dev/null
		echo $? >code
	} | cat >err
	: >out
	[ "$(cat code)" -eq 74 ] || wrong "exit code $(cat code), not 74"
}
limit=1
head -c 5000 /dev/zero | tr '\0' x >old
cp old kept
full run -T $sim -x 'read 0x08000000 4096 old replace; getstatus'
cmp -s old kept || wrong 'the old file is lost'
grep -qF 'old: File too large' err || wrong 'it is not said'
full run -T $sim -x 'read 0x08000000 4096 new'
[ ! -e new ] || wrong 'half of a file is there'
limit=0
for what in 'export svg' 'export sequence' 'export pcapng' 'save image'; do
	full run -T $sim --yes -x "$wrote; $what old replace; getstatus"
	grep -qF 'old: File too large' err || wrong 'it is not said'
	full run -T $sim --yes -x "$wrote; $what new; getstatus"
	[ ! -e new ] || wrong 'half of a file is there'
done
full run -T sim:dfu11,start=error --yes -x "$got_out; recover save new"
[ ! -e new ] || wrong 'half of a file is there'
limit=1
full run -T $sim -j new -x 'upload 2 64; upload 3 64; getstatus; getstate;
    getstatus; getstate; getstatus; getstate; getstatus; getstate'
grep -qF 'journal new: File too large' err || wrong 'it is not said'
rm -f new
limit=0
full run -T $sim -x 'record new; getstatus'
grep -qF 'recording: File too large' err || wrong 'it is not said'
limit=1
[ "$(find . -name '*.??????' | grep -cE '(old|new|journal)\.')" -eq 0 ] ||
    wrong 'a draft was left'
cmp -s old kept || wrong 'the old file is lost'

# A recipe that sources one file many times is checked once.
i=0
while [ $i -lt 9 ]; do
	next=$((i + 1))
	yes "source r$next" | head -50 >r$i
	i=$next
done
echo getstatus >r9
: >r8
try run -T $sim r0
[ $got -ne 124 ] || wrong 'it is checked for ever'

echo "doors.sh: $tests runs, $failed wrong"
[ $failed -eq 0 ]
