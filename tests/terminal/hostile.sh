#!/bin/sh
# SPDX-License-Identifier: ISC
# A device whose strings are made to harm a terminal: what the program really
# sends to the terminal holds none of them raw, on any screen that shows them.

. "$(dirname "$0")/lib.sh"

# Each as grep -P has it: OSC, the device's own colour, a bell, C1 CSI in
# UTF-8, a bidirectional override, two backspaces.
raw='\x1b\]|\x1b\[31mFlash|\x07|\xc2\x9b|\xe2\x80\xae|\x08\x08'

clean()
{
	! LC_ALL=C grep -qaP "$raw" "$1" ||
	    fail "no raw byte of a device string in what $2 sent"
}

for size in 80x24 100x30 200x50; do
	start "$size" -T sim:stm32f072,strings=hostile
	keys s
	wait_for "#1"
	keys i
	wait_for "manufacturer"
	shows '\x1b' || shows '\x' || fail "the escapes shown as text"
	keys Escape
	keys N
	wait_for "#2"
	keys i
	wait_for "manufacturer"
	keys Escape
	keys 0
	wait_for "Devices"
	keys Escape
	keys Up
	keys Enter
	wait_for "Setup packet"
	keys Escape
	keys q
	ended 0
	[ -s "$work/raw" ] || fail "something sent to the terminal"
	clean "$work/raw" "the console at $size"
done

"$DFUSCOPE" list -T sim:stm32f072,strings=hostile >"$work/out" ||
    fail "list to end with 0"
clean "$work/out" list
"$DFUSCOPE" run -T sim:stm32f072,strings=hostile -j "$work/journal" \
    -x 'names; getstatus; leave' >"$work/out" 2>&1
clean "$work/out" run
clean "$work/journal" "the journal"
