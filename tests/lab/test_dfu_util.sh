#!/bin/sh
# SPDX-License-Identifier: ISC
# The real dfu-util on simulated devices: what it does with ours it should do
# with theirs. LAB_RUN is the program lab_run; it gets everything else right.

lab=${LAB_RUN:?where lab_run is}
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0

command -v dfu-util >/dev/null || {
	echo "test_dfu_util: dfu-util is missing (Debian: dfu-util)" >&2
	exit 1
}

# in_lab SIM COMMAND: a shell command on that device, output in $work/out.
in_lab()
{
	timeout 60 sh "$here/run.sh" "$lab" "$1" -- sh -c "$2" \
	    >"$work/out" 2>&1
}

fail()
{
	echo "FAIL: $1"
	sed 's/^/	/' "$work/out"
	bad=1
}

# says WHAT TEXT: the output has a line with that text.
says()
{
	grep -qF -- "$2" "$work/out" || fail "$1: does not say \"$2\""
}

# ends WHAT CODE: called right behind the command it judges.
ends()
{
	code=$?
	[ $code -eq "$2" ] || fail "$1: ended with $code, not $2"
}

image=$work/image
back=$work/back
seq 1 1500 | head -c 5000 >"$image"
at=0x08000000

in_lab stm32f072 'dfu-util -l'
ends "list" 0
says "list" 'Found DFU: [0483:df11]'
says "list" 'alt=0, name="@Internal Flash  /0x08000000/'
says "list" 'alt=1, name="@Option Bytes  /0x1FFFF800/'

in_lab stm32f072 "dfu-util -a0 -D $image -s $at:leave"
ends "flash and leave" 0
says "flash and leave" 'File downloaded successfully'
says "flash and leave" 'Submitting leave request...'
says "flash and leave" 'Transitioning to dfuMANIFEST state'

in_lab stm32f072 \
    "dfu-util -a0 -D $image -s $at && dfu-util -a0 -U $back -s $at:5000"
ends "flash, then read" 0
cmp "$image" "$back" || fail "flash, then read: other bytes came back"

# dfu-util takes any answer to its leave request for success: that the device
# never left dfuMANIFEST shows at the next attempt only.
in_lab stm32f072,stuck=never "dfu-util -a0 -D $image -s $at:leave"
ends "stuck in dfuMANIFEST" 0
says "stuck in dfuMANIFEST" 'Transitioning to dfuMANIFEST state'

in_lab stm32f072,start=manifest,stuck=never \
    "dfu-util -a0 -D $image -s $at:leave"
ends "the attempt after that" 74
says "the attempt after that" 'DFU state(7) = dfuMANIFEST, status(0)'
says "the attempt after that" 'Error during special command "ERASE_PAGE"'

in_lab stm32f072,stuck=never "dfu-util -a0 -D $image -s $at:leave >/dev/null;
    dfu-util -a0 -D $image -s $at:leave"
ends "two in a row" 74
says "two in a row" 'DFU state(7) = dfuMANIFEST, status(0)'

[ $bad -eq 0 ] && echo "test_dfu_util: all as expected"
exit $bad
