#!/bin/sh
# SPDX-License-Identifier: ISC
# Measures whole operations against dfu-util, on the same simulated device
# through the real libusb: medians of TURNS (5) runs, wall time and requests.
#
#	LAB_RUN=tests/lab/lab_run tests/bench/flash.sh ./dfuscope

program=${1:?where dfuscope is}
lab=${LAB_RUN:?where lab_run is}
run=$(dirname "$0")/../lab/run.sh
turns=${TURNS:-5}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
XDG_STATE_HOME=$work/state LAB_LOG=$work/log
export XDG_STATE_HOME LAB_LOG
at=0x08000000

for tool in dfu-util jq; do
	command -v $tool >/dev/null || {
		echo "flash.sh: $tool is missing (Debian: $tool)" >&2
		exit 1
	}
done

head -c 131072 /dev/urandom >"$work/image"
# The same with one other page of 2 KiB.
head -c 65536 "$work/image" >"$work/image2"
head -c 2048 /dev/urandom >>"$work/image2"
tail -c 63488 "$work/image" >>"$work/image2"

# timed NAME SIM BEFORE COMMAND: ms and requests of COMMAND, a line each turn.
# LAB_LOG is complete when the lab ends: what BEFORE sent is taken off.
timed()
{
	: >"$work/$1"
	turn=0
	while [ $turn -lt "$turns" ]; do
		turn=$((turn + 1))
		less=0
		if [ -n "$3" ]; then
			sh "$run" "$lab" "$2" -- sh -c "$3" \
			    >"$work/out" 2>&1 || return 1
			less=$(grep -c '^1-1 [0-9a-f][0-9a-f] ' "$work/log")
		fi
		sh "$run" "$lab" "$2" -- sh -c "${3:+$3 >/dev/null 2>&1;}
		    date +%s%N >'$work/from'; $4 >'$work/said' 2>&1;
		    code=\$?; date +%s%N >'$work/to'; exit \$code" \
		    >"$work/out" 2>&1 || {
			echo "flash.sh: $1 failed" >&2
			cat "$work/said" >&2
			return 1
		}
		sent=$(grep -c '^1-1 [0-9a-f][0-9a-f] ' "$work/log")
		echo $((($(cat "$work/to") - $(cat "$work/from")) / 1000000)) \
		    $((sent - less))
	done >>"$work/$1"
}

# median NAME COLUMN
median()
{
	cut -d ' ' -f "$2" "$work/$1" | sort -n |
	    sed -n "$(((turns + 1) / 2))p"
}

# tell WORDS NAME [PEER]: against dfu-util onto the full device, or that one.
tell()
{
	peer=${3:-peer}
	awk -v what="$1" -v t="$(median "$2" 1)" -v n="$(median "$2" 2)" \
	    -v t0="$(median "$peer" 1)" -v n0="$(median "$peer" 2)" 'BEGIN {
		printf "%-40s %8.2f s %6d requests   %.3f  %.3f\n", what,
		    t / 1000, n, t / t0, n / n0 }'
}

ours="'$program' run --yes"
full=stm32f072,flash=pattern
timed peer $full '' "dfu-util -a0 -D '$work/image' -s $at:leave" || exit 1
timed full $full '' "$ours -x 'flash $work/image $at leave'" || exit 1
timed unread $full '' \
    "$ours -x 'flash $work/image $at leave no-read'" || exit 1
timed verified $full '' \
    "$ours -x 'flash $work/image $at verify leave'" || exit 1
timed blank stm32f072 '' "$ours -x 'flash $work/image $at leave'" || exit 1
timed changed stm32f072 "$ours -x 'flash $work/image $at'" \
    "$ours -x 'flash $work/image2 $at leave'" || exit 1

echo "128 KiB and leave, medians of $turns, as parts of what dfu-util takes"
tell 'dfu-util, onto other content' peer
tell 'flash' full
tell 'flash no-read' unread
tell 'flash verify' verified
tell 'flash, onto a blank device' blank
tell 'flash, one page of 2 KiB has changed' changed

# As many blocks as 1 MiB has, on a device that announces 0 ms and needs none.
cat "$work/image" "$work/image2" >"$work/image4"
none=dfu11,poll=0,size=256,tolerant=1,manifest=0
timed nonepeer $none '' "dfu-util -D '$work/image4'" || exit 1
timed none $none '' "$ours -x 'flash $work/image4 leave'" || exit 1
echo "1024 blocks, 0 ms announced for each"
tell 'dfu-util' nonepeer nonepeer
tell 'flash' none nonepeer

# What is neither a wait that the device announced nor a transfer.
sh "$run" "$lab" $full -- "$program" run --yes --json \
    -x "flash $work/image $at leave no-read" >"$work/json" || exit 1
jq -rs 'map(select(.type == "event" and .dev == 1)) |
    (map(select(.kind == "submit"))) as $s |
    (map(select(.kind == "complete"))) as $c |
    ([range($c | length)] | map($c[.].time - $s[.].time) | add) as $wire |
    ($c | map(select(.bState.number == 4) | .bwPollTimeout) |
    add) as $waits | ($c[-1].time - $s[0].time) as $all |
    "announced waits \($waits * 1000 | round) ms, transfers " +
    "\($wire * 1000 | round) ms, all \($all * 1000 | round) ms: " +
    "\((($all / ($waits + $wire) - 1) * 10000 | round) / 100) % more"' \
    "$work/json"
