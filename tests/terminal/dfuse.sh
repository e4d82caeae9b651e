#!/bin/sh
# SPDX-License-Identifier: ISC
# The DfuSe commands: what destroys asks first, n sends nothing, y sends it.

. "$(dirname "$0")/lib.sh"

start 100x30 -T sim:stm32f072
command getstatus
state "2 dfuIDLE"

command get-commands
sent 2
request 2 'UPLOAD block 0.*get commands'
believed "9 dfuUPLOAD-IDLE"
command abort
sent 3
believed "2 dfuIDLE"

# The pointer loses nothing: no question, also by its key.
type_text p
wait_for ":set-address "
type_text 0x08000800
keys Enter
sent 4
request 4 'DNLOAD .*0x08000800'
believed "3 dfuDNLOAD-SYNC"
command 'getstatus; wait; getstatus'
sent 6
state "5 dfuDNLOAD-IDLE"

n=6
for row in 'erase 0x08000800|erase' 'mass-erase|mass erase' \
    'read-unprotect|unprotect'; do
	line=${row%|*}
	words=${row#*|}
	command "$line"
	answer n "lost"
	wait_for "not sent"
	sent $n
	command "$line"
	# What takes the whole device is answered with its word.
	case $line in
	*' '*)	answer y "lost" ;;
	*)	wait_for "lost"
		# A slip sends nothing, and the box says so.
		keys y
		type_text "mas"
		keys Enter
		wait_for "type yes $line to answer"
		sent $n
		keys y
		type_text "$line"
		keys Enter
		wait_away "n Cancel" ;;
	esac
	n=$((n + 1))
	sent $n
	request $n "DNLOAD .*$words"
	believed "3 dfuDNLOAD-SYNC"
	# It restarts the device.
	[ "$line" != read-unprotect ] || break
	command 'getstatus; wait; getstatus'
	n=$((n + 2))
	sent $n
	state "5 dfuDNLOAD-IDLE"
done
keys q
ended 0

# A device that does not speak DfuSe: the key is refused with the reason, and
# the command says what it would be there.
start 100x30 -T sim:dfu11
command getstatus
state "2 dfuIDLE"
type_text p
wait_for "needs DfuSe"
command mass-erase
answer n "firmware in the device"
sent 1
keys q
ended 0
