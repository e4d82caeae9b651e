#!/bin/sh
# SPDX-License-Identifier: ISC
# trace beside the tool alone, each on a device of the same kind: what trace
# saw is what the device saw, that is what it sees without the tap, and the
# tool's output and exit code are the same.
# LAB_RUN is the program lab_run, DFUSCOPE the one under test, CHECK_JSON
# holds lines against their schema.

lab=${LAB_RUN:?where lab_run is}
program=${DFUSCOPE:?where dfuscope is}
check=${CHECK_JSON:?where check_json is}
here=$(dirname "$0")
schema=$here/../../data/dfuscope.schema.json
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
XDG_STATE_HOME=$work/state LAB_LOG=$work/log LAB_LOG_DATA=1
export XDG_STATE_HOME LAB_LOG LAB_LOG_DATA
bad=0

for tool in dfu-util dfu-programmer jq /usr/bin/python3; do
	command -v "$tool" >/dev/null || {
		echo "test_trace: $tool is missing (Debian: dfu-util" \
		    "dfu-programmer jq python3 python3-usb)" >&2
		exit 1
	}
done
/usr/bin/python3 -c 'import usb' || exit 1

asan=$(ldd "$program" | sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1/p')
LAB_PRELOAD="${asan:+$asan }libumockdev-preload.so.0"
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
# What the tools leak is their own affair.
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
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

# in_lab SIM COMMAND: a shell command on that device; $code is its end.
in_lab()
{
	rm -f "$LAB_LOG"
	timeout 120 sh "$here/run.sh" "$lab" "$1" -- sh -c "$2" \
	    >"$work/out" 2>"$work/err"
	code=$?
}

# Requests in the lab's log, with the first five bytes of what was sent.
sent()
{
	grep -E '^1-1 [0-9a-f]{2} [0-9a-f]{2} ' "$LAB_LOG" |
	    sed 's/^1-1 //; s/:[0-9a-f]*$//'
}

# The same of the events of trace --json.
seen()
{
	jq -r 'select(.type == "event" and .kind == "submit") | .setup as $s |
	    "\($s.bmRequestType) \($s.bRequest) \($s.wValue) \($s.wIndex) " +
	    "\($s.wLength) " + (.data // "")[0:10]' "$work/events" |
	    while read -r type request value index length data; do
		printf '%02x %02x %04x %04x %04x%s\n' "$type" "$request" \
		    "$value" "$index" "$length" "${data:+ $data}"
	    done
}

# What the tool printed, without the bars that it draws by the clock.
printed()
{
	tr '\r' '\n' <"$work/out" | grep -v '\[[ =]*\] *[0-9]*%'
}

count=0

# alike WHAT SIM CODE COMMAND: CODE is that of trace; "=": the tool's.
alike()
{
	rm -rf "$work"/back*
	in_lab "$2" "$4"
	alone=$code
	sent >"$work/without"
	printed >"$work/said"
	rm -rf "$work"/back*
	in_lab "$2" "'$program' trace --json -j '$work/journal' -- $4"
	sent >"$work/with"
	grep '^{' "$work/err" >"$work/events"
	seen >"$work/told"
	[ -s "$work/without" ] || fail "$1: nothing was sent" "$work/said"
	diff "$work/without" "$work/with" >"$work/diff" ||
	    fail "$1: < without the tap, > with it" "$work/diff"
	diff "$work/with" "$work/told" >"$work/diff" ||
	    fail "$1: < what the device saw, > what trace saw" "$work/diff"
	printed | diff "$work/said" - >"$work/diff" ||
	    fail "$1: other output" "$work/diff"
	[ "$3" = = ] && wanted=$alone || wanted=$3
	[ "$code" -eq "$wanted" ] ||
	    fail "$1: trace ended with $code, the tool with $alone" \
		"$work/err"
	"$check" "$schema" <"$work/events" >"$work/diff" ||
	    fail "$1: not in the schema" "$work/diff"
	"$program" explain "$work/journal" >/dev/null 2>"$work/diff"
	case $? in
	0 | 76)	;;
	*)	fail "$1: the journal cannot be read" "$work/diff" ;;
	esac
	count=$((count + 1))
}

# says WHAT TEXT: the last result has it.
says()
{
	jq -r 'select(.type == "result") | .text' "$work/events" |
	    grep -qF -- "$2" || fail "$1: does not say \"$2\"" "$work/events"
}

quick=poll-erase=3,poll-write=3,poll-address=3
f072=stm32f072,$quick
at=0x08000000
image=$work/image
seq 1 1500 | head -c 5000 >"$image"

alike "flash and leave, stuck" "$f072,stuck=never" 76 \
    "dfu-util -a0 -D $image -s $at:leave"
says "flash and leave, stuck" 'dfu-util claims success (exit 0)'
says "flash and leave, stuck" 'contradicted'
alike "flash and leave" "$f072" = "dfu-util -a0 -D $image -s $at:leave"
says "flash and leave" 'confirmed: left'
alike "from dfuMANIFEST" "$f072,start=manifest,stuck=never" = \
    "dfu-util -a0 -D $image -s $at"
says "from dfuMANIFEST" 'dfu-util claims failure (exit 74)'
alike "flash and read" "$f072" = \
    "sh -c 'dfu-util -a0 -D $image -s $at &&
	dfu-util -a0 -U $work/back -s $at:5000'"
cmp -s "$image" "$work/back" || fail "flash and read: other bytes" "$work/out"
alike "list" "$f072" = "dfu-util -l"
alike "reset" dfu11 = "dfu-util -R -D $image"
alike "detach" dfu11,mode=app = "dfu-util -e"
alike "a child" "$f072" = "sh -c 'dfu-util -a0 -s $at:leave & wait'"
alike "unplugged" "$f072,gone=dnload@6" = "dfu-util -a0 -D $image -s $at"
alike "a stall" "$f072,stall=dnload@5" = "dfu-util -a0 -D $image -s $at"

cat >"$work/script.py" <<'END'
import usb.core
d = usb.core.find(idVendor=0x0483, idProduct=0xdf11)
d.set_configuration()
print(list(d.ctrl_transfer(0xa1, 3, 0, 0, 6)))
d.ctrl_transfer(0x21, 1, 0, 0, bytes([0x21, 0, 0, 0, 8]))
print(list(d.ctrl_transfer(0xa1, 3, 0, 0, 6))[4])
try:
    d.ctrl_transfer(0x21, 1, 0, 0, bytes([0x21, 0, 0, 0, 8]))
except usb.core.USBError as e:
    print(e)
d.ctrl_transfer(0x21, 4, 0, 0, None)
d.reset()
END
alike "python3-usb" "$f072,stall=dnload@2" = \
    "/usr/bin/python3 $work/script.py"
alike "killed in a request" "$f072,silent=dnload@5" = \
    "timeout -s KILL 2 dfu-util -a0 -D $image -s $at"

# Atmel's bootloaders have commands of their own in DNLOADs: a device of DFU
# 1.1 takes them for firmware, and the tool's answer is a failure. What it
# sends is the same with and without the tap.
LAB_IDS=03eb:2ff4
export LAB_IDS
avr="dfu-programmer atmega32u4"
alike "Atmel: get" dfu11 = "$avr get bootloader-version"
grep -q '^21 01 0000 0000 0003 050000$' "$work/with" ||
    fail "Atmel: the command to read is not among what was sent" "$work/with"
alike "Atmel: erase" dfu11 = "$avr erase"
alike "Atmel: dump" dfu11 = "$avr dump"
alike "Atmel: start" dfu11 = "$avr start"
alike "Atmel: a stall" dfu11,stall=dnload@1 = "$avr reset"
unset LAB_IDS

[ $bad -eq 0 ] && echo "test_trace: $count times the same requests"
exit $bad
