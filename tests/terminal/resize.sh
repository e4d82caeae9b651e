#!/bin/sh
# SPDX-License-Identifier: ISC
# Sizes change under the program: it lives, and the screen is right in the
# end. Stopped with Ctrl-Z and continued, it is right too.

. "$(dirname "$0")/lib.sh"

# size COLUMNSxROWS: until the program knows of it.
size()
{
	t resize-window -x "${1%x*}" -y "${1#*x}"
}

alive()
{
	kill -0 "$pid" 2>/dev/null || fail "a program that lives at $1"
}

start 100x30 -T sim:stm32f072
keys g
state "2 dfuIDLE"

for round in 1 2 3; do
	for s in 200x50 80x24 20x5 1x1 2x50 200x2 100x30; do
		size $s
		alive $s
		# One round slowly enough to be drawn, where there is room.
		[ $round -gt 1 ] || [ "${s#*x}" -lt 12 ] ||
		    [ "${s%x*}" -lt 40 ] || wait_match '\[\[ ?2'
	done
done
wait_for "q Quit"
state "2 dfuIDLE"
wait_match '^.─ State ─.+.─ Now ─+.$'
keys g
sent 2
state "2 dfuIDLE"

# The right screen is the one that a program shows that began at this size.
size 80x24
wait_match '^.{78,80}$'
wait_for "q Quit"
screen | cut -c1-20 | sed 's/[0-9.]* s.*//' >"$work/resized"
[ "$(screen | wc -l)" -eq 24 ] || fail "24 lines"
awk 'length > 80 { exit 1 }' "$work/resized" || fail "80 columns"
size 100x30
wait_match '^.{98,100}$'

keys C-z
flag alternate_on 0
wait_for "ready>"
flag cursor_flag 1
shell_line "fg"
flag alternate_on 1
wait_for "q Quit"
state "2 dfuIDLE"
keys g
sent 3

# Resized while it was stopped.
keys C-z
flag alternate_on 0
size 80x24
shell_line "fg"
flag alternate_on 1
wait_for "q Quit"
keys g
sent 4
[ "$(screen | wc -l)" -eq 24 ] || fail "24 lines"
alive "the end"
keys q
flag alternate_on 0
