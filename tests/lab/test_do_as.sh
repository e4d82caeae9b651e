#!/bin/sh
# SPDX-License-Identifier: ISC
# do-as dfu-util beside the real dfu-util, each on a device of the same kind:
# the same requests with the same bytes in the same order, and the exit code
# that was foretold.
# LAB_RUN is the program lab_run, DFUSCOPE the one under test.

lab=${LAB_RUN:?where lab_run is}
program=${DFUSCOPE:?where dfuscope is}
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
XDG_STATE_HOME=$work/state LAB_LOG=$work/log LAB_LOG_DATA=1
export XDG_STATE_HOME LAB_LOG LAB_LOG_DATA
bad=0

command -v dfu-util >/dev/null || {
	echo "test_do_as: dfu-util is missing (Debian: dfu-util)" >&2
	exit 1
}
# The rows are those of 0.11.
dfu-util -V | grep -q '^dfu-util 0\.11$' || {
	echo "test_do_as: dfu-util 0.11 is needed" >&2
	exit 1
}

asan=$(ldd "$program" | sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1/p')
LAB_PRELOAD="${asan:+$asan }libumockdev-preload.so.0"
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export LAB_PRELOAD ASAN_OPTIONS

fail()
{
	echo "FAIL: $1"
	shift
	for file; do
		sed 's/^/	/' "$file" | tail -n 40
	done
	bad=1
}

# requests SIM COMMAND: what the device of a shell command is sent.
requests()
{
	rm -f "$LAB_LOG"
	timeout 120 sh "$here/run.sh" "$lab" "$1" -- sh -c "$2" \
	    >"$work/out" 2>&1
	ended=$?
	grep -E '^1-1 [0-9a-f]{2} [0-9a-f]{2} ' "$LAB_LOG"
	return $ended
}

# alike WHAT SIM BEFORE 'ARGUMENTS OF DFU-UTIL' 'BEHIND do-as dfu-util'
# BEFORE: commands of ours that put the device into its state, or "".
# The exit code of dfu-util has to be the one that do-as tells.
count=0
alike()
{
	first=${3:+"'$program' run --yes -x '$3' >/dev/null;"}
	requests "$2" "$first dfu-util $4" >"$work/theirs"
	code=$?
	cp "$work/out" "$work/said"
	requests "$2" "$first '$program' run --yes -x 'do-as dfu-util $5'" \
	    >"$work/ours"
	diff "$work/theirs" "$work/ours" >"$work/diff" ||
	    fail "$1: < dfu-util, > do-as dfu-util" "$work/diff" \
		"$work/said" "$work/out"
	[ -s "$work/theirs" ] || fail "$1: nothing was sent" "$work/said"
	case $5 in
	open*)	;;
	*)	grep -q "(exit $code)" "$work/out" ||
		    fail "$1: dfu-util ended with $code" "$work/out" ;;
	esac
	count=$((count + 1))
}

quick=poll-erase=3,poll-write=3,poll-address=3
f072=stm32f072,$quick
at=0x08000000
image=$work/image
head -c 6144 /dev/urandom >"$image"
odd=$work/odd
head -c 4999 /dev/urandom >"$odd"
# An upload into a file that is there ends before it begins: that is open.
open="-a0 -U $image -s $at"
stuck=start=manifest,stuck=never

alike "open" "$f072" "" "$open" open
alike "open in dfuERROR" "$f072,start=error" "" "$open" open
alike "open in dfuMANIFEST" "$f072,$stuck" "" "$open" open
alike "open in dfuDNLOAD-IDLE" "$f072" \
    "set-address $at; getstatus; wait; getstatus" "$open" open
alike "open in dfuUPLOAD-IDLE" "$f072" "upload 2 64" "$open" open
alike "open in dfuDNLOAD-SYNC" "$f072" "set-address $at" "$open" open

alike "leave" "$f072" "" "-a0 -s $at:leave" "leave $at"
alike "leave, stuck" "$f072,stuck=7" "" "-a0 -s $at:leave" "leave $at"
alike "leave without address" "$f072" "" "-a0 -s :leave" leave
alike "leave from dfuERROR" "$f072,start=error" "" "-a0 -s :leave" leave
alike "leave from dfuMANIFEST" "$f072,$stuck" "" "-a0 -s $at:leave" \
    "leave $at"
alike "leave, gone at its GETSTATUS" "$f072,gone=getstatus@3" "" \
    "-a0 -s :leave" leave

alike "flash" "$f072" "" "-a0 -D $image -s $at" "flash $image $at"
alike "flash of odd length" "$f072" "" "-a0 -D $odd -s $at" \
    "flash $odd $at"
alike "flash from within a page" "$f072" "" "-a0 -D $odd -s 0x08000400" \
    "flash $odd 0x08000400"
alike "flash and leave" "$f072" "" "-a0 -D $image -s $at:leave" \
    "flash $image $at leave"
alike "flash and leave, stuck" "$f072,stuck=7" "" \
    "-a0 -D $image -s $at:leave" "flash $image $at leave"
alike "flash from dfuERROR" "$f072,start=error" "" \
    "-a0 -D $image -s $at" "flash $image $at"
alike "flash from dfuMANIFEST" "$f072,$stuck" "" "-a0 -D $image -s $at" \
    "flash $image $at"
alike "flash, a DNLOAD stalls" "$f072,stall=dnload@5" "" \
    "-a0 -D $image -s $at" "flash $image $at"
alike "flash, a GETSTATUS stalls" "$f072,stall=getstatus@3" "" \
    "-a0 -D $image -s $at" "flash $image $at"
alike "flash, the device goes" "$f072,gone=dnload@6" "" \
    "-a0 -D $image -s $at" "flash $image $at"
alike "flash of ST's library" st "" "-a0 -D $odd -s 0x08003000" \
    "flash $odd 0x08003000"

for sim in dfu11,poll=1 dfu11,tolerant=0 tinyusb uboot dapboot; do
	alike "plain flash, $sim" "$sim" "" "-a0 -D $odd" "flash $odd"
done

[ $bad -eq 0 ] && echo "test_do_as: $count times the same requests"
exit $bad
