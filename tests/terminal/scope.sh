#!/bin/sh
# SPDX-License-Identifier: ISC
# States over time and the ladder: a stuck leave, looked at and written down.

. "$(dirname "$0")/lib.sh"

start 100x30 -T sim:stm32f072,stuck=never
type_text s
wait_for "[[ 2 dfuIDLE"
command "dnload 2; getstatus"
wait_for "[[ 7 dfuMANIFEST"

# F3: the last word and how long ago; ST's ROM leaves it only while polled.
keys F3
wait_for "states over time"
wait_match '^│>7 dfuMANIFEST '
wait_match 'state +7 dfuMANIFEST, reported, for'
sent 3

# The cursor is moved, and follows again.
keys Home
wait_for "(paused, End follows)"
wait_match 'at +0.*: connected'
keys Down
wait_match 'at .*: #1 GETSTATE .*dfuIDLE, took'
keys Enter
wait_for "Setup packet"
keys Escape
wait_for "states over time"
type_text +
wait_for " shown"
type_text '*'
wait_away " shown"
type_text '~'
wait_for "gaps in full"
screen | grep -q '//[0-9]' && fail "no cut"
type_text '~'
keys End
wait_away "(held"
type_text '>'
wait_for "problem: none follows"

# Silence, then a device off the bus: each has its mark and is found.
command "unplug"
wait_match '^│>disconnected'
type_text '<'
wait_match 'at .*: disconnected'
keys End

# F4: operations; closer: requests, fields. Enter decodes one.
keys F4
wait_for "Sequence of operations"
wait_match '#2 .*leave: 2 requests'
type_text +
wait_for "Sequence of requests"
wait_match 'DNLOAD block 2, len=0 .*leave'
type_text +
wait_for "Sequence of fields"
wait_match 'bStatus 0 OK  bwPollTimeout 0 ms'
type_text -
type_text f
type_text "request dnload"
keys Enter
wait_for "request dnload (4 hidden"
wait_away "GETSTATE"
keys Home
wait_match '^│>#2'
keys Enter
wait_for "Setup packet"
keys Escape
sent 3

# Both as files; what is there stays.
command "export svg $work/a.svg"
wait_for "wrote "
grep -q '</svg>' "$work/a.svg" || fail "a whole picture"
command "export svg $work/a.svg"
wait_for "the file exists already"
command "export sequence $work/a.txt"
wait_for "a.txt"
wait_until 5 "the ladder in a file" grep -q 'DNLOAD block 2' "$work/a.txt"
keys q
keys q
wait_for "q Quit"
keys q
ended 0
