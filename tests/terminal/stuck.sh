#!/bin/sh
# The story of the stuck device: unknown, one look, leave, gone. And the same
# for one that is found in dfuMANIFEST.

. "$(dirname "$0")/lib.sh"

start 100x30 -T sim:stm32f072,stuck=7
sent 0
shows "unknown" || fail "an unknown state"
keys g
state "2 dfuIDLE"
sent 1
keys L
wait_for "left after 8 GETSTATUS"
sent 10
shows "gone" || fail "a map that says gone"
request 2 'DNLOAD .*leave.* ok'
wait_match 'GETSTATUS ×8'
wait_for "left the bus"
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
believed "8 dfuMANIFEST-WAIT-RESET"
keys L
wait_for "the device left after 5 GETSTATUS"
command plug
wait_away "gone"
wait_match 'believed +unknown'
keys q
ended 0
shows "journal: " || fail "the name of the journal"

start 80x24 -T sim:stm32f072,start=manifest,stuck=never
keys g
wait_match 'dfuMANIFEST'
command 'leave max 5'
wait_for "still in dfuMANIFEST after 5 GETSTATUS"
keys q
ended 0
