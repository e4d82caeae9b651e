#!/bin/sh
# SPDX-License-Identifier: ISC
# However the program is ended, the terminal is what it was before.

. "$(dirname "$0")/lib.sh"

# prepare: a program that runs, over a shell whose modes are known.
prepare()
{
	open 100x30
	# The status line shows what the program prints; not under test here.
	shell_line "stty -a >$work/before; echo kept"
	wait_match '^kept'
	launch -T sim:stm32f072 --no-journal
	wait_for "Quit"
	screen >"$work/first"
	flag alternate_on 1
	flag cursor_flag 0
	flag mouse_standard_flag 1
	keys g
	state "2 dfuIDLE"
}

# sane HOW CODE
sane()
{
	ended "$2"
	flag alternate_on 0
	flag cursor_flag 1
	flag mouse_any_flag 0
	shell_line "stty -a >$work/after; echo 'st''ands'"
	wait_match '^stands'
	cmp -s "$work/before" "$work/after" || {
		diff "$work/before" "$work/after"
		fail "the modes of before, after $1"
	}
	# Both were on; the last word on each must be off.
	for mode in 2004 1000; do
		last=$(grep -a -o "$(printf '\033')\\[?$mode[hl]" \
		    "$work/raw" | tail -1 | tr -d '\033')
		[ "$last" = "[?${mode}l" ] ||
		    fail "mode $mode off after $1, not \"$last\""
	done
	shows_not "dfuIDLE" || fail "the shell's own screen after $1"
}

prepare
keys q
sane q 0

# The shell gives up the line that a program interrupted died in.
prepare
keys C-c
flag alternate_on 0
wait_for "ready>"
shell_line 'echo ended $?'
sane Ctrl-C 130

for signal in TERM HUP; do
	prepare
	kill -s "$signal" "$pid"
	sane "SIG$signal" "$([ $signal = TERM ] && echo 143 || echo 129)"
done

for signal in SEGV ABRT QUIT; do
	prepare
	kill -s "$signal" "$pid"
	case $signal in
	SEGV)	code=139 ;;
	ABRT)	code=134 ;;
	QUIT)	code=131 ;;
	esac
	sane "SIG$signal" $code
done

# With a request pending.
open 100x30
shell_line "stty -a >$work/before; echo kept"
wait_match '^kept'
launch -T sim:stm32f072,silent=getstatus@1 --no-journal
wait_for "Quit"
keys g
wait_for "k Cancel"
kill -s TERM "$pid"
sane "SIGTERM with a request pending" 143
