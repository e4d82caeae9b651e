#!/bin/sh
# A lesson: answers by digit, a right one and a wrong one, and the next day.

. "$(dirname "$0")/lib.sh"

start 80x24 learn states
wait_for "1 of 19"
keys 1
wait_for "In which state is the device then?"
shows "1 appDETACH" || fail "the choices"
shows "next request, by" && fail "no answer given away"
keys 1
wait_for "Right: appDETACH."
keys 1
wait_for "3 of 19, 1 of 1 right"
keys 2
wait_for "No: not dfuIDLE, but appIDLE."
shows "lesson, 3 of 19, 1 of 2 right" || fail "the count"
keys q
ended 0

# The console's own keys work in between.
start 100x30 learn states
wait_for "3 of 19"
wait_for "In which state"
keys g
wait_match 'GETSTATUS'
keys q
ended 0
