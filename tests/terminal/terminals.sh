#!/bin/sh
# SPDX-License-Identifier: ISC
# Poor terminals: no UTF-8, no colour, other types.

. "$(dirname "$0")/lib.sh"

escape=$(printf '\033')
# A colour is set: 30 to 37, 38, 40 to 47, 48, 90 and more.
colour="$escape\\[([0-9;]*;)?(3[0-8]|4[0-8]|9[0-7])(;[0-9]+)*m"

# story TERM: first screen, a look, an error, the end.
story()
{
	start 100x30 -T sim:stm32f072
	wait_for "unknown"
	keys g
	wait_for "[[ 2 dfuIDLE"
	keys x
	wait_for "( 10 dfuERROR"
	wait_for "q Quit"
	# Only what the program itself has written.
	cp "$work/raw" "$work/written"
	keys q
	ended 0
}

ours()
{
	LC_ALL=C grep -qE -a -e "$1" "$work/written"
}

settings='LC_ALL=C TERM=xterm-256color'
story
grep -q '^+- State --' "$work/first" || fail "a frame in ASCII under LC_ALL=C"
LC_ALL=C
! ours "$(printf '[\200-\377]')" || fail "no byte over 127 under LC_ALL=C"
LC_ALL=C.UTF-8

settings='LC_ALL=C.UTF-8 TERM=xterm-256color NO_COLOR=1'
story
! ours "$colour" || fail "no colour under NO_COLOR"

settings='LC_ALL=C.UTF-8 TERM=xterm-256color'
story
ours "$colour" || fail "colour without NO_COLOR"
ours '─' || fail "lines in UTF-8"

# What a vt100 has for lines is not UTF-8.
settings='LC_ALL=C.UTF-8 TERM=vt100'
story
grep -q '^+- State --' "$work/first" || fail "a frame in ASCII on a vt100"

for type in xterm linux screen tmux-256color; do
	settings="LC_ALL=C.UTF-8 TERM=$type"
	story
done

# Types that are not there, or cannot move a cursor, are refused in words.
for type in no-such-terminal dumb; do
	settings="LC_ALL=C.UTF-8 TERM=$type"
	open 100x30
	launch -T sim:stm32f072
	ended 64
	shows "$type" || fail "the name $type"
done
