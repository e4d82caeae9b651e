#!/bin/sh
# SPDX-License-Identifier: ISC
# Every request of the specification by its key and by its command; the map
# follows.

. "$(dirname "$0")/lib.sh"

# by KEY COMMAND: sends it in the way that this round is about.
by()
{
	if [ "$way" = key ]; then
		type_text "$1"
	else
		command "$2"
	fi
}

# A download by key is finished in the prompt.
dnload()
{
	if [ "$way" = key ]; then
		type_text d
		wait_for ":dnload "
		type_text "$1"
		keys Enter
	else
		command "dnload $1"
	fi
	[ "$1" = "" ] || answer y DNLOAD
}

for way in key command; do
	start 100x30 -T sim:stm32f072
	sent 0

	by s getstate
	sent 1
	request 1 'GETSTATE .*dfuIDLE'
	state "2 dfuIDLE"

	by g getstatus
	sent 2
	request 2 'GETSTATUS .*dfuIDLE'
	state "2 dfuIDLE"

	by u upload
	sent 3
	request 3 'UPLOAD block 0.*4 bytes'
	believed "9 dfuUPLOAD-IDLE"

	by a abort
	sent 4
	request 4 'ABORT .*ok'
	believed "2 dfuIDLE"

	by x detach
	sent 5
	request 5 'DETACH .*STALL'
	believed "10 dfuERROR"
	by g getstatus
	request 6 'GETSTATUS .*dfuERROR'
	state "10 dfuERROR"

	by c clrstatus
	sent 7
	request 7 'CLRSTATUS .*ok'
	believed "2 dfuIDLE"

	dnload '2 hex:0102'
	sent 8
	request 8 'DNLOAD .*2 bytes.* ok'
	believed "3 dfuDNLOAD-SYNC"
	by g getstatus
	sent 9
	request 9 'GETSTATUS .*dfuDNBUSY'
	state "4 dfuDNBUSY"
	believed "3 dfuDNLOAD-SYNC"
	by w wait
	by g getstatus
	sent 10
	state "5 dfuDNLOAD-IDLE"

	by R reset
	wait_for "bus reset: accepted"
	wait_match 'expected +2 dfuIDLE'
	wait_for 'ST ROM, inferred'
	sent 10
	by g getstatus
	sent 11

	by L leave
	sent 13
	wait_for "disconnected"
	keys q
	ended 0
done

# DETACH where it leads somewhere: from run-time to DFU mode.
for way in key command; do
	start 100x30 -T sim:dfu11,mode=app
	by s getstate
	state "0 appIDLE"
	by x detach
	request 2 'DETACH .*ok'
	believed "1 appDETACH"
	by R reset
	wait_for "DFU mode"
	by g getstatus
	state "2 dfuIDLE"
	keys q
	ended 0
done
