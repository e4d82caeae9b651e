#!/bin/sh
# SPDX-License-Identifier: ISC
# Signals that end list, explain and run, wherever they wait: for what is never
# delivered, or for a reader that does not read. One is enough, who started the
# program learns which it was, Finds the
# program as ./dfuscope.

program=$(pwd)/dfuscope
[ -x "$program" ] || { echo "signals.sh: no ./dfuscope" >&2; exit 1; }
tests=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
XDG_STATE_HOME=$work/state
export XDG_STATE_HOME
cd "$work" || exit 1
cp "$tests/report/error.journal" "$tests/report/healthy.journal" .
runs=0
failed=0

wrong()
{
	echo "signals.sh: $line: $1" >&2
	sed 's/^/	/' err >&2
	failed=$((failed + 1))
}

# begin WORDS...: in the background, where a shell would have SIGINT ignored.
begin()
{
	line="dfuscope $*"
	runs=$((runs + 1))
	timeout -k 5 60 env --default-signal=INT "$program" "$@" \
	    <"$in" >"$out" 2>err &
	keeper=$!
}

# The program itself, once the thread that prints is there: then the handlers
# of signals are, too.
await_program()
{
	pid=
	until [ -n "$pid" ] && [ -d "/proc/$pid/task" ] &&
	    [ "$(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 |
	    wc -l)" -eq "$1" ]; do
		kill -0 $keeper 2>/dev/null || break
		pid=$(ps -o pid= --ppid $keeper | tr -d ' ')
		sleep 0.05
	done
}

# ends SIGNAL NUMBER: by that, and no other.
ends()
{
	kill -s "$1" "$pid"
	wait $keeper 2>/dev/null
	got=$?
	[ $got -eq $((128 + $2)) ] || wrong "SIG$1: exit code $got"
}

mkfifo in out
# Opened for both, so that nobody waits for the other side, and never ends.
exec 8<>in 9<>out
dd if=/dev/zero of=out oflag=nonblock bs=4096 2>/dev/null
yes "$(cat healthy.journal)" | head -c 400000 >long.journal

for signal in 'TERM 15' 'INT 2' 'HUP 1'; do
	# Standard input that never ends: with nothing, and with something.
	in=in
	out=/dev/null
	for text in '' "$(head -5 healthy.journal)"; do
		[ -z "$text" ] || printf '%s\n' "$text" >&8
		begin explain -
		# What is printed to a file needs no thread.
		await_program 1
		# shellcheck disable=SC2086 # the name and the number
		ends $signal
		grep -q 'standard input: stopped by' err ||
		    wrong 'it is not said'
	done
	# Nobody reads what is printed, and the pipe is full.
	in=/dev/null
	out=out
	for words in 'list -T sim:dfu11' 'list --json -T sim:dfu11' \
	    'run -T sim:dfu11 -x getstatus' \
	    'run --json --all -T sim:dfu11 -T sim:st -x names' \
	    'explain error.journal' 'explain --json long.journal'; do
		case $signal$words in
		TERM*|*error.journal|*'-x getstatus') ;;
		*)	continue ;;
		esac
		# shellcheck disable=SC2086 # words
		begin $words
		await_program 2
		# shellcheck disable=SC2086 # the name and the number
		ends $signal
	done
done

# A reader that pauses holds nothing back: all is sent, and told later.
head -c 4096 /dev/zero >firmware
in=/dev/null
out=out
begin run --yes -j journal -T sim:stm32f072,flash=pattern \
    -x 'flash firmware 0x08000000 verify'
until grep -q 'and verified' journal 2>/dev/null; do
	kill -0 $keeper || break
	sleep 0.05
done
grep -q 'and verified' journal || wrong 'it waits for who reads'
cat <&9 >told &
reader=$!
wait $keeper
got=$?
[ $got -eq 0 ] || wrong "exit code $got"
until grep -qa '^verdict' told; do
	kill -0 $reader || break
	sleep 0.05
done
kill $reader

# Who reads ends first. Each prints more than a pipe takes.
for words in 'list --json' 'run --json -x "repeat 500 getstatus"' \
    'explain --json'; do
	set -- -T sim:stm32f072
	case $words in
	explain*)
		set -- healthy.journal healthy.journal healthy.journal
		set -- "$@" "$@" "$@" "$@"
		set -- "$@" "$@" ;;
	list*)
		i=0
		while [ $i -lt 8 ]; do
			set -- "$@" "$@"
			i=$((i + 1))
		done ;;
	esac
	line="dfuscope $words ... | head -1"
	runs=$((runs + 1))
	{
		eval "\"\$program\" $words \"\$@\" 2>err"
		echo $? >code
	} | head -1 >first
	[ "$(cat code)" -eq 141 ] || wrong "exit code $(cat code)"
	[ -s first ] || wrong 'it printed nothing'
done

echo "signals.sh: $runs runs, $failed wrong"
[ $failed -eq 0 ]
