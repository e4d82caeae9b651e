#!/bin/sh
# SPDX-License-Identifier: ISC
# The story of the stuck device: unknown, one look, leave, gone. And the same
# for one that is found in dfuMANIFEST.

. "$(dirname "$0")/lib.sh"

# said TEXT: the verdict has it, wherever its lines are broken.
said()
{
	screen | sed 's/│//g' | tr '\n' ' ' |
	    sed 's/  */ /g' | grep -qF -e "$1" || fail "\"$1\""
}

start 100x30 -T sim:stm32f072,stuck=7
sent 0
shows "unknown" || fail "an unknown state"
keys g
state "2 dfuIDLE"
sent 1
keys L
wait_for "left after 8 polls"
sent 10
shows "gone" || fail "a map that says gone"
wait_match 'path.2 .*DNLOAD len=0.* 6 .*GETSTATUS.* 7'
wait_match '\[\[ 7 dfuMANIFEST  last'
wait_match 'GETSTATUS ×8'
wait_for "disconnected"
keys q
ended 0

# By hand, as README tells it.
start 100x30 -T sim:stm32f072,stuck=7
sent 0
keys s
state "2 dfuIDLE"
keys p
wait_for ":set-address "
type_text 0x08000000
keys Enter
believed "3 dfuDNLOAD-SYNC"
keys g
state "4 dfuDNBUSY"
believed "3 dfuDNLOAD-SYNC"
keys g
state "5 dfuDNLOAD-IDLE"
keys d
wait_for ":dnload "
type_text 2
keys Enter
believed "6 dfuMANIFEST-SYNC"
for n in 1 2 3; do
	keys g
	sent $((5 + n))
	state "7 dfuMANIFEST"
done
wait_match 'expected +same \(ST ROM, reported\)'
wait_match 'DFU 1\.1 +8 dfuMANIFEST-WAIT'
keys L
wait_for "the device left after 8 polls"
command plug
wait_away "gone"
wait_match 'expected +unknown'
keys q
ended 0
shows "journal: " || fail "the name of the journal"

# One look at the screen says what is the matter, since when, and what helps:
# a leave by hand, a GETSTATUS, and nothing else.
for size in 80x24 100x30 200x50; do
	start $size -T sim:stm32f072,stuck=7
	keys g
	state "2 dfuIDLE"
	command 'dnload 2'
	believed "6 dfuMANIFEST-SYNC"
	keys g
	state "7 dfuMANIFEST"
	wait_match '^ OVERDUE +The device accepted the leave \(#2\)'
	matches '^ [0-9.]+ s( |$)' || fail "since when"
	matches '^ Do +L +Leave' || fail "what to do"
	matches '^  L  Leave ' || fail "the key that helps"
	# What has no room in the band is a key away.
	keys Enter
	wait_for "─ Verdict"
	said "but still reports dfuMANIFEST (#3)"
	said "ST ROM leaves after several polls"
	said "send ABORT (dfu-util does): the device does not become idle"
	keys Escape
	sent 3
	keys L
	wait_for "left after 8 polls"
	wait_match '^ LEFT +The leave worked: the device left'
	wait_match "normal without USB"
	keys q
	ended 0
done

# Found in dfuMANIFEST: the warning is there after the first look.
start 80x24 -T sim:stm32f072,start=manifest
keys s
wait_match '^ (BUSY|OVERDUE) +The device was already leaving'
keys Enter
wait_for "─ Verdict"
said "send ABORT (dfu-util does)"
keys Escape
sent 1
keys q
ended 0

# A start value is no failure.
start 80x24 -T sim:stm32f072,start=error
keys g
wait_match '^ START VALUE +The first answer is dfuERROR, errFIRMWARE'
said "no failure"
matches '^  c  Clear ' || fail "the key that helps"
keys q
ended 0

# Hours are announced: what is left is said, and one key ends the wait.
start 80x24 -T sim:stm32f072,announce=16777215
command 'set-address 0x08000000'
believed "3 dfuDNLOAD-SYNC"
keys g
state "4 dfuDNBUSY"
wait_match '^ BAD WAIT +The device announced 4 h 39 min in dfuDNBUSY'
keys w
wait_match ' waiting, 4 h 39 min left'
matches '^ j Skip ' || fail "the key that ends the wait"
keys j
wait_away "waits, 4 h"
keys q
ended 0

start 80x24 -T sim:stm32f072,start=manifest,stuck=never
keys g
wait_match 'dfuMANIFEST'
command 'leave max 5'
wait_for "still reports dfuMANIFEST after 6 polls"
keys q
ended 0
