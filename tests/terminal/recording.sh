#!/bin/sh
# SPDX-License-Identifier: ISC
# A journal, looked at: the console as it was at the end, and nothing is sent.

. "$(dirname "$0")/lib.sh"

"$DFUSCOPE" run -T sim:stm32f072,stuck=never -j "$work/stuck.journal" \
    -x 'getstate; dnload 2; getstatus; wait 3000; getstatus' >/dev/null ||
    fail "a journal"
sum=$(cksum <"$work/stuck.journal")

start 100x30 "$work/stuck.journal"
wait_for "recorded"
wait_for "[[ 7 dfuMANIFEST"
sent 4
request 4 "dfuMANIFEST"
shows "simulated" && fail "no word of a simulated device"

# Every way to send says what this is.
for key in s g c a R L W m; do
	type_text "$key"
	wait_for "a recording cannot be changed"
	keys Escape
	wait_away "a recording cannot be changed"
done
for line in cancel getstatus 'leave 0x08000000' 'watch 100' 'mark x' 'wait 5' \
    'repeat 3 getstate'; do
	command 'help'
	wait_for '─ Help'
	keys Escape
	wait_away "a recording cannot be changed"
	command "$line"
	wait_for "a recording cannot be changed"
done
sent 4

# The clock stands: what it says now, it says later.
before=$(screen)
sleep 1.3
[ "$(screen)" = "$before" ] || fail "the same screen a second later"

# Scope, ladder, findings, times, one request.
keys F3
wait_for "states over time"
wait_for "7 dfuMANIFEST"
keys F4
wait_for "leave: 3 requests"
keys Escape
keys Escape
wait_for "[[ 7 dfuMANIFEST"
keys F5
wait_for "Findings"
keys Escape
type_text t
wait_for "as the device announced"
keys Escape
wait_for "[[ 7 dfuMANIFEST"
keys Enter
wait_for "─ Verdict"
keys Escape
keys Up
keys Enter
wait_for "Setup packet"
keys Escape

type_text q
ended 0
shows "journal:" && fail "no journal of a recording"
[ "$(cksum <"$work/stuck.journal")" = "$sum" ] || fail "the same journal"
ls "$XDG_STATE_HOME"/dfuscope/*.journal 2>/dev/null && fail "no journal"

# One that is cut off is shown as far as it goes, and says so.
at=$(grep -b 'complete #3' "$work/stuck.journal" | cut -d: -f1)
head -c $((at + 15)) "$work/stuck.journal" >"$work/cut.journal"
start 100x30 "$work/cut.journal"
wait_for "the file ends in the middle of line"
type_text q
ended 0

# A flash that failed is what it opens on, whole on Enter, and what to do.
head -c 3000 /dev/zero | tr '\0' x >"$work/x.bin"
"$DFUSCOPE" run --yes -T sim:stm32f072,stall=dnload@4 \
    -j "$work/failed.journal" -x "flash $work/x.bin" >/dev/null 2>&1
start 80x24 "$work/failed.journal"
wait_match '^ FAILED +Flash: writing 0x08000000: rejected'
matches '^ Do +(read the findings, then )?run the command again' ||
    fail "what to do"
matches '\[\[ 2 dfuIDLE' || fail "the state afterwards"
keys Enter
wait_for "─ Verdict"
shows "0x08000000-0x08000fff untouched" || fail "the whole result"
keys Escape
# Nothing is offered that would send.
keys F5
wait_for "─ Findings"
matches ' T Try' && fail "T is offered"
keys Escape
type_text r
wait_for "─ Recovery"
matches ' a All' && fail "a is offered"
keys Escape
type_text q
ended 0

# A damaged line is told, and what stands behind it is shown.
sed 's/complete #2 ok/complete #2 okay/' "$work/stuck.journal" \
    >"$work/damaged.journal"
start 100x30 "$work/damaged.journal"
wait_for "cannot read line $(grep -n okay "$work/damaged.journal" | cut -d: -f1)"
wait_for '[[ 7 dfuMANIFEST'
type_text q
ended 0
exit 0
