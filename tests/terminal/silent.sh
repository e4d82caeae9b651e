#!/bin/sh
# SPDX-License-Identifier: ISC
# A device that does not answer never freezes the screen: the clock goes on,
# keys are answered, the request can be cancelled, the next one works.

. "$(dirname "$0")/lib.sh"

start 100x30 -T sim:stm32f072,silent=getstatus@2
keys g
state "2 dfuIDLE"
keys g
sent 2
wait_for "k Cancel"
request 2 'GETSTATUS'

# The age of the pending request goes on: two different screens.
screen >"$work/one"
moved()
{
	screen >"$work/two"
	! cmp -s "$work/one" "$work/two"
}
wait_until 2 "a clock that goes on" moved

# A second request is refused, and it is said what is in the way.
keys s
wait_for "a request is waiting for an answer"
wait_for "#2 GETSTATUS"
wait_for "k cancels it"
sent 2

# Keys of the screen are answered.
keys '?'
wait_for "─ Help"
keys Escape
wait_away "─ Help"
keys ':'
wait_for "Tab Complete"
keys Escape
wait_away "Tab Complete"

keys k
wait_match '^. #2 .*cancelled'
wait_away "k Cancel"
wait_match 'expected +unknown'
keys g
sent 3
request 3 'GETSTATUS .*dfuIDLE'
state "2 dfuIDLE"
keys q
ended 0

# Nobody cancels: the time limit ends it, and that is no STALL.
start 100x30 -T sim:stm32f072,silent=getstatus@2
command 'timeout 300'
keys g
state "2 dfuIDLE"
keys g
request 2 'GETSTATUS .*no answer'
keys s
sent 3
state "2 dfuIDLE"
keys q
ended 0

# Quitting with a request pending needs no answer either.
start 100x30 -T sim:stm32f072,silent=getstate@1
keys s
wait_for "k Cancel"
keys q
ended 0
