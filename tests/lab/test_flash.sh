#!/bin/sh
# SPDX-License-Identifier: ISC
# What dfuscope writes dfu-util reads back, and the reverse, on the same
# device through the real libusb.
# LAB_RUN is the program lab_run, DFUSCOPE the one under test.

lab=${LAB_RUN:?where lab_run is}
program=${DFUSCOPE:?where dfuscope is}
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
XDG_STATE_HOME=$work/state
export XDG_STATE_HOME
bad=0

command -v dfu-util >/dev/null || {
	echo "test_flash: dfu-util is missing (Debian: dfu-util)" >&2
	exit 1
}

asan=$(ldd "$program" | sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1/p')
LAB_PRELOAD="${asan:+$asan }libumockdev-preload.so.0"
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export LAB_PRELOAD ASAN_OPTIONS

fail()
{
	echo "FAIL: $1"
	tail -n 12 "$work/out" | sed 's/^/	/'
	bad=1
}

# in_lab WHAT SIM COMMANDS: shell commands on one device, all must succeed.
in_lab()
{
	timeout 120 sh "$here/run.sh" "$lab" "$2" -- sh -ec "$3" \
	    >"$work/out" 2>&1 || fail "$1"
}

same()
{
	cmp "$2" "$3" || fail "$1: other bytes"
}

# Waits are short: what is long is measured in tests/bench/flash.sh.
quick=poll-erase=3,poll-write=3,poll-address=3
f072=stm32f072,flash=pattern,$quick
at=0x08000000
head -c 131072 /dev/urandom >"$work/image"
ours="'$program' run --yes -x"

in_lab "ours, then theirs" "$f072" "
    $ours 'flash $work/image $at verify'
    dfu-util -a0 -U '$work/theirs' -s $at:131072"
same "ours, then theirs" "$work/image" "$work/theirs"

in_lab "theirs, then ours" "$f072" "
    dfu-util -a0 -D '$work/image' -s $at
    $ours 'verify $work/image $at'
    $ours 'read $at 131072 $work/ours'"
same "theirs, then ours" "$work/image" "$work/ours"

in_lab "flash, verify, read and leave" "$f072" "
    $ours 'flash $work/image $at verify; read $at 0x20000 $work/all;
	leave $at'"
same "flash, verify, read and leave" "$work/image" "$work/all"
grep -q 'the device left after 1 poll' "$work/out" ||
    fail "flash, verify, read and leave: it did not leave"

# Plain DFU, both ways; its firmware is what the device gives back.
for sim in dfu11 tinyusb uboot; do
	head -c 5001 "$work/image" >"$work/small"
	rm -f "$work/back" "$work/ours"
	in_lab "$sim: ours, then theirs" $sim "
	    $ours 'flash $work/small verify'
	    dfu-util -a0 -U '$work/back'"
	same "$sim: ours, then theirs" "$work/small" "$work/back"
	in_lab "$sim: theirs, then ours" $sim "
	    dfu-util -a0 -D '$work/small'
	    $ours 'verify $work/small'
	    $ours 'read $work/ours'"
	same "$sim: theirs, then ours" "$work/small" "$work/ours"
done

# Killed in a wait that the device announced, for the unit test has every
# event: what is left in the device is done over by the next run. (A device
# inside of the program would die with it: this one lives in the lab. The lab
# does not outlive a program killed inside of a request, hence the waits.)
slow=poll-erase=400,poll-write=400,poll-address=3
in_lab "killed, then done over" "stm32f072,flash=pattern,$slow" "
    for n in 1 3 5 8; do
	head -c 8192 /dev/urandom >'$work/over'
	$ours 'flash $work/over $at verify' >'$work/said' &
	while [ \$(grep -c 'dfuDNBUSY, wait 400' '$work/said') -lt \$n ]; do
	    sleep 0.02
	done
	kill -KILL \$!
	! wait \$!
	# The lab learns of it a moment later.
	sleep 0.3
	$ours 'flash $work/over $at verify'
	rm -f '$work/back'
	dfu-util -a0 -U '$work/back' -s $at:8192
	cmp '$work/over' '$work/back'
    done"

# ST's library, whose CLRSTATUS makes an error, and one that leaves by itself,
# which dfu-util takes for a failure.
in_lab "st: ours, then theirs" st,flash=pattern,poll-erase=3,poll-write=3 "
    $ours 'flash $work/small 0x08003000 verify'
    rm -f '$work/back'
    dfu-util -a0 -U '$work/back' -s 0x08003000:5001"
same "st: ours, then theirs" "$work/small" "$work/back"
rm -f "$work/ours"
in_lab "st: theirs, then ours" st,flash=pattern,poll-erase=3,poll-write=3 "
    dfu-util -a0 -D '$work/small' -s 0x08003000
    $ours 'verify $work/small 0x08003000'
    $ours 'read 0x08003000 5001 $work/ours'"
same "st: theirs, then ours" "$work/small" "$work/ours"
printf '\000\020\000\040\001\000\000\010' >"$work/vectors"
cat "$work/small" >>"$work/vectors"
in_lab "dapboot: ours" dapboot,back=same,poll=3 "
    $ours 'flash $work/vectors'"
in_lab "dapboot: theirs" dapboot,back=same,poll=3 "
    dfu-util -a0 -D '$work/vectors' || true"
grep -q 'Download done' "$work/out" || fail "dapboot: theirs: not done"

[ $bad -eq 0 ] && echo "test_flash: all as expected"
exit $bad
