#!/bin/sh
# SPDX-License-Identifier: ISC
# The program itself on the real libusb: what it says, how it ends, and what
# the devices have seen of it. LAB_RUN is the program lab_run, DFUSCOPE the
# one under test.

lab=${LAB_RUN:?where lab_run is}
program=${DFUSCOPE:?where dfuscope is}
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'tmux -L "$socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
socket=dfuscope-lab-$$
LC_ALL=C.UTF-8 HOME=$work XDG_STATE_HOME=$work/state LAB_LOG=$work/log
export LC_ALL HOME XDG_STATE_HOME LAB_LOG
unset TMUX NO_COLOR
bad=0

for tool in jq tmux; do
	command -v $tool >/dev/null || {
		echo "test_program: $tool is missing (Debian: $tool)" >&2
		exit 1
	}
done

# LAB_DENY runs it as somebody who may not see the build directory.
chmod 711 "$work" && cp "$program" "$work/dfuscope" || exit 1
asan=$(ldd "$program" | sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1/p')
LAB_PRELOAD="${asan:+$asan }libumockdev-preload.so.0"
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export LAB_PRELOAD ASAN_OPTIONS

# try CODE 'SIM...' ARGUMENT...: how the program ends with these devices.
try()
{
	code=$1
	sims=$2
	shift 2
	what="$sims: $*"
	rm -f "$work/log"
	timeout 60 sh "$here/run.sh" "$lab" $sims -- "$work/dfuscope" "$@" \
	    >"$work/out" 2>"$work/err"
	is=$?
	[ $is -eq "$code" ] || wrong "ended with $is, not $code"
	case " $* " in
	*' --json '*)
		"$CHECK_JSON" "$here/../../data/dfuscope.schema.json" \
		    <"$work/out" >>"$work/err" 2>&1 ||
		    wrong "not in the schema" ;;
	esac
}

wrong()
{
	echo "FAIL: $what: $1"
	cat "$work/out" "$work/err" "$work/log" 2>/dev/null | sed 's/^/	/'
	bad=1
}

# said TEXT...: each is in what the program has written.
said()
{
	for text; do
		grep -qF -e "$text" "$work/out" "$work/err" ||
		    wrong "does not say \"$text\""
	done
}

# json FILTER: jq finds it true of all objects together.
json()
{
	jq -se "$1" "$work/out" >/dev/null || wrong "not so: $1"
}

# saw LINE...: all that has happened at the nodes. umockdev may miss the end
# of a program.
saw()
{
	printf '%s\n' "$@" | sed '/^$/d' >"$work/expected"
	grep -v 'release\|close' "$work/log" >"$work/seen"
	cmp -s "$work/expected" "$work/seen" || wrong "the nodes saw that"
}

f072=stm32f072

# Looking does not touch.
try 0 $f072 list
said '1-1  0483:df11' '"STM32  BOOTLOADER"' 'alt 0  "@Internal Flash' \
    'alt 1  name not read'
saw ''
try 0 "$f072 dfu11" list --json
json 'map(.type) == ["device", "device"]'
json 'map(.transport) == ["usb", "usb"] and map(.place) == ["1-1", "1-2"]'
json '.[0].id == "0483:df11" and .[0].devnum == 2 and .[1].devnum == 3'
json '.[0].functions[0].alternates[0].name | startswith("@Internal Flash")'
saw ''
try 0 $f072 run -x 'wait 50'
saw ''
try 0 $f072 run -x 'wait 50; getstate'
saw '1-1 open' '1-1 claim 0' '1-1 a1 05 0000 0000 0001'

# Who is meant.
try 0 "$f072 dfu11" run -p 1-2 -x getstate
saw '1-2 open' '1-2 claim 0' '1-2 a1 05 0000 0000 0001'
try 64 "$f072 dfu11" run -x getstate
said '2 devices match'
saw ''
try 69 $f072 run -p 1-9 -x getstate
said 'no DFU device found'

# Every request.
try 0 $f072 run --yes -x 'getstate; getstatus; upload 2 16; abort; clrstatus;
    dnload 0 hex:2100000008; getstatus; wait; getstatus; dnload 2 hex:00112233;
    getstatus; wait; getstatus; detach; getstatus; clrstatus; get-commands;
    abort; set-address 0x08000800; getstatus; wait; getstatus; abort;
    erase 0x08000800; getstatus; wait; getstatus; abort; alt 1; alt 0; names;
    control 0x80 6 0x100 0 18; reset; getstate'
said 'set address 0x08000800' 'erase 0x08000800' 'get commands' \
    'GET_DESCRIPTOR device, 18 bytes' 'bus reset: accepted'
grep -q '^1-1 reset$' "$work/log" || wrong "the bus was not reset"
for request in '21 00 00ff' '21 01 0002' 'a1 02 0002' 'a1 03' '21 04' \
    'a1 05' '21 06' '01 0b 0001' '01 0b 0000' '80 06 0100' '80 06 0305'; do
	grep -q "^1-1 $request" "$work/log" || wrong "no $request"
done

# How requests end.
try 0 $f072,stuck=7 run -x 'leave 0x08000000'
said 'the device left after 8 polls'
try 76 $f072,stuck=never run -x 'leave 0x08000000'
said 'still reports dfuMANIFEST after 100 polls'
try 0 $f072,stall=getstate@1 run -x 'getstate; expect outcome stall; getstate'
said STALL
try 76 $f072,stall=getstate@1 run -x 'getstate; expect outcome ok'
try 0 $f072,silent=getstatus@1 run --json \
    -x 'timeout 300; getstatus; expect outcome timeout; getstatus'
json 'map(select(.type == "event" and .kind == "complete")) |
    .[0].outcome == "timeout" and .[1].outcome == "ok"'
json 'map(select(.type == "event" and .dev == 1)) |
    (map(select(.kind == "complete"))[0].time -
    map(select(.kind == "submit"))[0].time) | . >= 0.3 and . < 1'
try 74 $f072,gone=getstatus@2 run -x 'getstatus; getstatus; getstate'
said 'the device disconnected' 'the device is not connected'
[ "$(grep -c 'a1 05' "$work/log")" = 0 ] || wrong "asked who is gone"

# Why it may not be had.
LAB_BIND=usbhid try 74 $f072 run -x getstate
said 'interface 0 of /dev/bus/usb/001/002 is in use by the kernel driver usbhid'
saw '1-1 open' '1-1 claim 0'
LAB_BIND=usbhid try 0 $f072 list
said 'in use by "usbhid (kernel driver)"'
saw ''
LAB_DENY=1 try 77 $f072 run -x getstate
said 'cannot open /dev/bus/usb/001/002: permission denied' '60-dfuscope.rules'
LAB_DENY=1 try 0 $f072 list
said '1-1  0483:df11'
# doctor finds what stood in the way, and opens nothing to see it.
try 0 $f072 doctor
said 'permission  1-1: you can open /dev/bus/usb/001/002' \
    'holder      1-1: no program uses its DFU interface' \
    'devices     with a DFU interface: 1 of 1'
saw ''
LAB_DENY=1 try 77 $f072 doctor --json
json 'any(.id == "permission" and .how == "in the way" and .place == "1-1" and
    (.command | startswith("sudo setfacl -m u:")))'
json 'any(.id == "holder" and .how == "ok")'
saw ''
LAB_BIND=usbhid try 69 "$f072 dfu11" doctor --json
json 'any(.id == "holder" and .how == "in the way" and .place == "1-1" and
    .command == "echo 1-1:1.0 | sudo tee /sys/bus/usb/drivers/usbhid/unbind")'
json 'any(.id == "holder" and .how == "ok" and .place == "1-2")'
json 'map(select(.id == "permission" and .how == "ok")) | length == 2'
saw ''
LAB_POWER=suspended try 64 $f072 run -x getstate
said 'it is suspended' 'Add --wake'
saw ''
LAB_POWER=suspended try 0 $f072 run --wake -x getstate
saw '1-1 open' '1-1 claim 0' '1-1 a1 05 0000 0000 0001'
LAB_POWER=suspended try 64 $f072 run --wake -x 'mass-erase'
said 'without confirmation'
LAB_POWER=suspended try 0 $f072 run --yes -x getstate
saw '1-1 open' '1-1 claim 0' '1-1 a1 05 0000 0000 0001'

# Eight at once.
try 0 "$f072 dfu11 $f072 dfu11 $f072 dfu11 $f072 dfu11" \
    run --all --json -x 'getstatus; repeat 9 getstate'
json 'map(select(.type == "event" and .kind == "complete")) |
    length == 80 and all(.outcome == "ok")'
json 'map(select(.type == "result")) | length == 8 and all(.code == 0)'
for place in 1 2 3 4 5 6 7 8; do
	[ "$(grep -c "^1-$place a1" "$work/log")" = 10 ] ||
	    wrong "not ten requests at 1-$place"
done

# The cable, in the console.
t()
{
	tmux -L "$socket" -f /dev/null "$@"
}

# shows PATTERN: on the screen, within ten seconds.
shows()
{
	tries=200
	until t capture-pane -p >"$work/out" 2>"$work/err" &&
	    grep -q -e "$1" "$work/out"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			wrong "does not show \"$1\""
			return 1
		}
		sleep 0.05
	done
}

cable()
{
	what='a cable in the console'
	rm -f "$work/log"
	t new-session -d -x 100 -y 30 "exec sh '$here/run.sh' '$lab' \
	    $f072,silent=getstatus@1 -- '$work/dfuscope'"
	pid=$(t display-message -p '#{pane_pid}')
	shows 'STM32  BOOTLOADER' || return
	t send-keys : 'getstatus' Enter
	shows 'GETSTATUS' || return
	shows 'pending' || return
	kill -USR1 "$pid"
	shows 'disconnected' || return
	kill -USR2 "$pid"
	shows 'ms connected: 1-1' || return
	t send-keys : 'getstate' Enter
	shows '#2 .*GETSTATE.* dfuIDLE' || return
	t send-keys : 'quit' Enter
	# The lab tidies up behind the program.
	tries=200
	while t has-session 2>/dev/null; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			wrong "does not quit"
			return
		}
		sleep 0.05
	done
	[ "$(grep -c 'a1 0' "$work/log")" = 2 ] || wrong "not two requests"
}
cable

[ $bad -eq 0 ] && echo "test_program: all as expected"
exit $bad
