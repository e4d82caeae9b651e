#!/bin/sh
# SPDX-License-Identifier: ISC
# The first screen, before anything is asked, at three sizes: the state is
# unknown, the mildest first look is offered, nothing was sent.

. "$(dirname "$0")/lib.sh"

has()
{
	shows "$1" || fail "\"$1\" on the first screen of $size"
}

for size in 80x24 100x30 200x50; do
	start "$size" -T sim:stm32f072,stuck=7
	sent 0
	has 0483:df11
	has STM32
	has unknown
	has "not queried"
	has GETSTATE
	has GETSTATUS
	has "it is an error"
	has "7 dfuMANIFEST"
	matches " s +State " || fail "the key of the first query"
	has "g Status"
	has "? Help"
	shows_not "[[ " || matches '\[\[ \]\]' || fail "no state marked"
	! matches '\[\[ [0-9]' || fail "no state marked as reported"
	! matches '\( [0-9]' || fail "no state marked as believed"
	! matches '^. #1' || fail "no request in the list"
	# Nothing moves that has not changed.
	screen >"$work/again"
	cmp -s "$work/first" "$work/again" || fail "a screen that stands"
	[ "$(screen | wc -l)" -eq "${size#*x}" ] || fail "${size#*x} lines"
	keys q
	ended 0
	shows "journal: " || fail "the name of the journal at the end"
done
