#!/bin/sh
# SPDX-License-Identifier: ISC
# The table at the top of README, row by row: a device that is in the state,
# the key, and what README promises of it. A row that is in neither is missed.

. "$(dirname "$0")/lib.sh"

readme=$(dirname "$0")/../../README.md
tried=0

# row TEXT TARGET: README has such a row, and a device to try it on.
row()
{
	grep -qF "| $1 |" "$readme" || fail "a row \"$1\" in README.md"
	tried=$((tried + 1))
	start 100x30 $2
}

# band WORD: the band begins with it.
band()
{
	wait_match "^ $1( |\$)" 20
}

row '`7 dfuMANIFEST`' "-T sim:stm32f072,start=manifest,stuck=7"
keys s
wait_for "[[ 7 dfuMANIFEST "
wait_match '^ Do +L +Leave'
keys L
band LEFT

row '`10 dfuERROR`' "-T sim:stm32f072,start=error"
keys s
wait_for "[[ 10 dfuERROR "
keys g
wait_for errFIRMWARE
keys c
wait_for "y "
keys y
wait_match 'expected +(2 dfuIDLE|(the )?same)'
keys g
wait_for "[[ 2 dfuIDLE "

row '`UNANSWERED`' "-T sim:dfu11,silent=getstate@1"
keys s
band UNANSWERED
wait_match '^. #1 .*(no answer within|timed out)' 20
keys s
sent 2
wait_for "[[ 2 dfuIDLE "
keys R
wait_for "y "

row '`4 dfuDNBUSY`' "-T sim:dfu11,poll=2000"
command 'dnload 0 hex:00'
wait_for "y "
keys y
wait_match '^. #1 .* ok'
keys g
wait_for "[[ 4 dfuDNBUSY "
keys w
wait_match 'expected +3 dfuDNLOAD-SYNC'
keys g
wait_for "[[ 5 dfuDNLOAD-IDLE "

row '`8 dfuMANIFEST-WAIT-RESET`' "-T sim:dfu11,tolerant=0,start=6"
keys g
wait_for "[[ 7 dfuMANIFEST "
keys w
wait_match 'expected +8 dfuMANIFEST-WAIT'
keys R
wait_for "y "
keys y
wait_match '^ (BACK|DETACHED|LEFT|LOST)' 20

row "no device" "-d ffff:ffff -T sim:stm32f072"
wait_for "No DFU device"

rows=$(sed -n '/^| you see/,/^$/p' "$readme" | tail -n +3 | grep -c '^|')
[ "$rows" -eq "$tried" ] || fail "$rows rows of README.md tried, not $tried"
