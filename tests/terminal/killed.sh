#!/bin/sh
# SPDX-License-Identifier: ISC
# Killed with SIGKILL: the journal holds every event that was on the screen,
# and the submit of the request that was pending.

. "$(dirname "$0")/lib.sh"

journal=$work/killed.journal
start 100x30 -j "$journal" -T sim:stm32f072,silent=getstatus@3
keys s
sent 1
command 'mark before the pointer'
wait_for "before the pointer"
command 'set-address 0x08000000'
sent 2
keys g
sent 3
state "4 dfuDNBUSY"
believed "3 dfuDNLOAD-SYNC"
keys g
sent 4
state "5 dfuDNLOAD-IDLE"
keys g
sent 5
wait_for "k Cancel"
kill -s KILL "$pid"
wait_match 'ended 137'

has()
{
	grep -qE -e "$1" "$journal" || {
		cat "$journal"
		fail "in the journal a line like /$1/"
	}
}
has '^dfuscope-journal 2 '
has ' arrived .*place="sim-1"'
has ' note .*before the pointer'
for n in 1 2 3 4; do
	has " submit #$n "
	has " complete #$n ok"
done
has ' submit #5 setup=a103'
! grep -q 'complete #5' "$journal" || fail "no end of request 5"

# And it can be read again: what was answered is answered again.
"$DFUSCOPE" run -T "replay:$journal" -x 'getstate; expect state dfuIDLE' \
    >"$work/replay.out" 2>&1 || {
	cat "$work/replay.out"
	fail "a journal that can be replayed"
}
