#!/bin/busybox sh
# SPDX-License-Identifier: ISC
# The first and only process of the guest that boot.sh boots: a real kernel,
# whose USB host controller is vhci, and on it the devices that dfuscope
# serves. What the tests say goes to the second serial line.
#
# Nothing here asserts a time: what is waited for comes, or a guard of 60 s
# ends the test.

/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin HOME=/tmp TERM=dumb LC_ALL=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t debugfs debug /sys/kernel/debug
mkdir -p /dev/pts && mount -t devpts pts /dev/pts
exec </dev/null >/dev/ttyS1 2>&1
for module in $(cat /modules/list); do
	insmod "/modules/$module.ko" || echo "cannot load $module"
done
ip link set lo up
# How long the kernel waits for a device that does not enumerate, each time.
echo 500 >/sys/module/usbcore/parameters/initial_descriptor_timeout

devices=/sys/bus/usb/devices
monitor=/sys/kernel/debug/usb/usbmon/1u	# vhci's bus of full-speed devices
at=0x08000000
quick=poll-erase=3,poll-write=3,poll-address=3
f072=stm32f072,$quick
cd /tmp || exit 1
: >served

# Firmware: a stack pointer, a reset vector, and 4 KiB more.
{
	printf '\000\040\000\040\301\000\000\010'
	dd if=/bin/busybox bs=1 skip=65536 count=4992 2>/dev/null
} >image

fail()
{
	echo "	$*"
	bad=1
}

# shows FILE: for whoever has to find out why.
shows()
{
	tail -n 30 "$1" | sed 's/^/		/'
}

# wait_until COMMAND: 60 s at most.
wait_until()
{
	local end=$(($(cut -d. -f1 /proc/uptime) + 60))

	until eval "$1"; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt $end ] || {
			fail "60 s without: $1"
			return 1
		}
		sleep 0.1
	done
}

# The device on a port of vhci, 1-1 unless said: its directory is complete
# once the kernel has configured it.
is_there()	{ [ -e "$devices/${1:-1-1}/${1:-1-1}:1.0/bInterfaceClass" ]; }
is_gone()	{ [ ! -e "$devices/${1:-1-1}" ]; }

# serve SIM...: serves them, and attaches none. Commands go to descriptor 9.
serve()
{
	rm -f commands
	mkfifo commands
	dfuscope serve "$@" <commands >served 2>&1 &
	server=$!
	exec 9>commands
	wait_until 'grep -q "^listening" served'
}

# attach BUSID...: as any user would, and waits until the kernel is done.
attach()
{
	local id

	for id; do
		usbip attach -r 127.0.0.1 -b "$id" >attached 2>&1 || {
			fail "usbip attach -b $id"
			shows attached
			return 1
		}
		wait_until "is_there $id"
	done
}

# Ends the server and thereby all connections.
unserve()
{
	local port

	[ -n "$server" ] || return 0
	echo quit >&9
	exec 9>&-
	wait $server
	server=
	for port in $devices/1-[0-9]*; do
		port=${port##*/}
		case $port in
		*:*)	;;
		*)	wait_until "is_gone $port" ;;
		esac
	done
}

# only SIM...: serves and attaches just those.
only()
{
	local i=1

	unserve
	serve "$@"
	for sim; do
		attach 1-$i
		i=$((i + 1))
	done
}

# watch; ... ; watched: `urbs` then has what was submitted in between to
# devices (not to the root hub), as usbmon tells it, without tags and times.
watch()
{
	cat $monitor >usbmon &
	watcher=$!
	wait_until "ls -l /proc/$watcher/fd | grep -q $monitor"
}

watched()
{
	# What was queued is read at once; the reader only has to be run.
	sleep 0.5
	kill $watcher
	wait $watcher 2>/dev/null
	sed -n 's/^[^ ]* [^ ]* S \([CIBZ][io]\):1:0*\([0-9]*\):\([0-9]*\) /\2 \1\3 /p' \
	    usbmon | grep -v '^1 ' | sed 's/^[0-9]* //' >urbs
}

# sent N: the number of URBs that were watched.
sent()
{
	local n

	n=$(wc -l <urbs)
	[ "$n" -eq "$1" ] || {
		fail "$n URBs instead of $1"
		shows urbs
	}
	counted="${counted:+$counted, }$n URBs"
}

# scope CODE ARGUMENTS: dfuscope, its exit code, its words in `out`.
scope()
{
	local want=$1 code

	shift
	timeout 120 dfuscope "$@" >out 2>&1
	code=$?
	[ $code -eq "$want" ] || {
		fail "dfuscope $*: ended with $code, not $want"
		shows out
	}
}

util()
{
	local want=$1 code

	shift
	timeout 120 dfu-util "$@" >out 2>&1
	code=$?
	[ $code -eq "$want" ] || {
		fail "dfu-util $*: ended with $code, not $want"
		shows out
	}
}

# says TEXT [FILE]
says()
{
	grep -qF -e "$1" "${2:-out}" || {
		fail "does not say: $1"
		shows "${2:-out}"
	}
}

# state WORDS: the device's own state, as its server knows it.
state()
{
	echo "state 1-1" >&9
	wait_until 'tail -n 1 served | grep -q "^1-1 stm\|^1-1 dfu11"'
	tail -n 1 served | grep -qF "$1" || fail "state: $(tail -n 1 served)"
}

# Tests: t_NAME.

# usbip and the kernel take what the server says of its devices.
t_usbip()
{
	unserve
	serve stm32f072 dfu11,mode=app
	usbip list -r 127.0.0.1 >out 2>&1 || fail "usbip list"
	says "(0483:df11)"
	says "1-2:"
	says "(fe/01/02)"
	says "(fe/01/01)"
	attach 1-1 1-2
	usbip list -r 127.0.0.1 >out 2>&1
	! grep -q 1-1 out || fail "lists what is attached"
	usbip port >out 2>&1
	says "0483:df11"
	[ "$(cat $devices/1-1/idProduct)" = df11 ] || fail "idProduct"
	[ "$(cat $devices/1-1/product)" = "STM32  BOOTLOADER" ] ||
	    fail "product"
	usbip detach -p 0 >out 2>&1 || fail "usbip detach"
	wait_until is_gone
	wait_until 'grep -q "1-1 .* hangs up" served'
	attach 1-1
}

# Looking does not touch: not one URB.
t_looking()
{
	only stm32f072
	watch
	scope 0 list
	says 0483:df11
	scope 0 list -v
	scope 0 list --json
	scope 0 info -T usb image
	scope 0 run -x 'wait 100'
	watched
	sent 0
}

# What is opened is asked, and what is asked is all that is sent.
t_requests()
{
	only $f072
	watch
	scope 0 run --yes -x 'getstatus; getstate; upload 2 64; abort; clrstatus
	    dnload 0 hex:21; getstatus; wait; getstatus; getstate'
	watched
	sent 9
	cat >wanted <<-END
	Ci0 s a1 03 0000 0000 0006 6 <
	Ci0 s a1 05 0000 0000 0001 1 <
	Ci0 s a1 02 0002 0000 0040 64 <
	Co0 s 21 06 0000 0000 0000 0
	Co0 s 21 04 0000 0000 0000 0
	Co0 s 21 01 0000 0000 0001 1 = 21
	Ci0 s a1 03 0000 0000 0006 6 <
	Ci0 s a1 03 0000 0000 0006 6 <
	Ci0 s a1 05 0000 0000 0001 1 <
	END
	cmp -s wanted urbs || { fail "other URBs"; shows urbs; }
}

# Each way in which a transfer can end, as the kernel tells it.
t_trouble()
{
	only stm32f072,stall=getstatus@1,buserror=getstatus@2,\
babble=getstatus@3,short=getstatus@4,silent=getstatus@5
	watch
	scope 0 run -x 'try getstatus; try getstatus; try getstatus
	    try getstatus; try getstatus; getstatus'
	watched
	sent 6
	says "#1 " && says "STALL"
	says "bus error"
	says "more bytes than requested"
	says "no answer within"
	says "#6 "
	says "GETSTATUS, 6 bytes: cancelled by the host, not answered" served
	sed -n 's/^[^ ]* [^ ]* C Ci:1:[0-9]*:0 \(-*[0-9]*\) .*/\1/p' usbmon |
	    tr '\n' ' ' >codes
	# EPIPE, EPROTO, EOVERFLOW, short, unlinked (ECONNRESET or ENOENT)
	grep -qE '^-32 -71 -75 0 (-104|-2) 0 $' codes ||
	    fail "codes: $(cat codes)"
}

# Unplugged while it owes an answer.
t_unplug()
{
	only stm32f072,silent=getstatus@1
	dfuscope run -x 'getstatus; getstatus' >out 2>&1 &
	program=$!
	wait_until 'grep -q ": no answer;" served'
	echo unplug >&9
	wait $program
	code=$?
	[ $code -eq 74 ] || { fail "ended with $code, not 74"; shows out; }
	says "disconnected"
	wait_until is_gone
	scope 69 run -x getstatus
	echo plug >&9
	wait_until 'tail -n 1 served | grep -q "2 dfuIDLE"'
	attach 1-1
	scope 0 run -x 'getstatus; expect state dfuIDLE'
}

# A bus reset is the kernel's own enumeration, and brings the device back.
t_reset()
{
	only stm32f072,start=error
	state "10 dfuERROR"
	scope 0 run --yes -x 'getstate; expect state dfuERROR; reset; getstate
	    expect state dfuIDLE'
	grep -q '^1-1 bus reset: 2 dfuIDLE$' served || fail "no bus reset"
	is_there || fail "it went"
}

# The real dfu-util on the same device: lists, flashes, reads back, leaves.
t_dfu_util()
{
	only $f072
	util 0 -l
	says 'Found DFU: [0483:df11]'
	says 'name="@Internal Flash  /0x08000000/064*0002Kg"'
	says 'name="@Option Bytes  /0x1FFFF800/01*016 e"'
	util 0 -a 0 -D image -s $at
	rm -f back
	util 0 -a 0 -U back -s $at:5000
	cmp image back || fail "other bytes came back"
	scope 0 run --yes -x "getstate; expect state dfuIDLE; verify image $at"
	util 0 -a 0 -D image -s $at:leave
	wait_until is_gone
	grep -q '1-1 disconnected from' served || fail "it did not leave"
}

# dfuscope does the same.
t_scope()
{
	only $f072
	scope 0 run --yes -x "flash image $at; verify image $at; leave $at"
	says "the device left"
	wait_until is_gone
}

# theirs SIM ARGUMENTS, ours SIM WORDS: what each sends, on a device of its own.
theirs()
{
	only "$1"
	shift
	watch
	timeout 120 dfu-util "$@" >out 2>&1
	watched
	mv urbs theirs
}

ours()
{
	only "$1"
	watch
	timeout 120 dfuscope run --yes -x "do-as dfu-util $2" >out 2>&1
	watched
	[ -s theirs ] || fail "dfu-util sent nothing"
	diff theirs urbs >differ || {
		fail "$2: < dfu-util, > do-as dfu-util"
		shows differ
		shows out
	}
	counted="${counted:+$counted, }$(wc -l <urbs) URBs alike"
}

t_do_as()
{
	theirs dfu11 -a 0 -D image
	ours dfu11 "flash image"
	theirs $f072 -a 0 -D image -s $at:leave
	ours $f072 "flash image $at leave"
	theirs $f072,start=error -a 0 -D image -s $at:leave
	ours $f072,start=error "flash image $at leave"
}

# The step of a lesson that gives its device to other tools: who does what it
# says with the real dfu-util finds what the lesson has for right.
t_lesson()
{
	local lesson step device said where

	# Wherever make install put them.
	lesson=$(find / -xdev -name '*.lesson' | xargs grep -l '^export$')
	[ -n "$lesson" ] || { fail "no lesson exports"; return; }
	step=$(awk -v RS= '/\nexport\n/' "$lesson")
	device=$(echo "$step" | sed -n 's/^on //p')
	device=$(sed -n "s/^device $device //p" "$lesson")
	said=$(echo "$step" | sed -n 's/^right \(.*\); .*/\1/p')
	where=$(echo "$step" | sed -n 's/^right .*; //p')
	only "$device"
	util "$([ "$said" = success ] && echo 0 || echo 74)" \
	    $(echo "$step" | sed -n 's/^text .* run dfu-util \(.*\)\./\1/p')
	state "7 $where"
	counted=$device
}

# The case that this program was made for, in one boot: dfu-util leaves the
# device in dfuMANIFEST, and again; dfuscope sees it and gets it out.
t_stuck()
{
	only $f072,stuck=7
	util 0 -a 0 -D image -s $at:leave
	says "Submitting leave request"
	state "7 dfuMANIFEST"
	is_there || fail "it went"
	util 74 -a 0 -D image -s $at:leave
	says "dfuMANIFEST"
	state "7 dfuMANIFEST"
	scope 0 run --yes -x recover
	says "the device left"
	wait_until is_gone
}

# A console on a terminal of its own: see `screen`.
console()
{
	close_console
	tmux -f /dev/null new-session -d -x 100 -y 30 \
	    "TERM=screen-256color exec dfuscope $* 2>console.error" \
	    >out 2>&1 || {
		fail "no terminal"
		shows out
		return 1
	}
}

screen()	{ tmux capture-pane -p 2>/dev/null; }
press()		{ tmux send-keys "$@"; }
close_console()	{ tmux kill-server >/dev/null 2>&1; }

on_screen()
{
	wait_until "screen | grep -qE '$1' || ! screen >/dev/null"
	screen | grep -qE "$1" || {
		fail "not on the screen: $1"
		screen | sed 's/^/		|/'
		shows console.error
	}
}

# Without udevd nobody tells libusb: who runs already sees what comes and
# leaves all the same, and what is back as another one.
t_no_udevd()
{
	[ ! -e /run/udev/control ] || { fail "there is an udevd"; return; }
	only dfu11,mode=app,will-detach=1
	dfuscope run --yes -x 'detach 1000; expect back; getstate
	    expect state dfuIDLE' >out 2>&1 &
	program=$!
	wait_until 'grep -q "disconnected from" served'
	wait_until is_gone
	wait_until 'usbip list -r 127.0.0.1 2>&1 | grep -q "1-1:"'
	attach 1-1
	wait $program
	code=$?
	[ $code -eq 0 ] || { fail "ended with $code"; shows out; }
	says "1209:0001"
	says "1209:0002"
	says "udevd is not running"
	unserve
	serve dfu11
	console || return
	on_screen "Quit"
	attach 1-1
	on_screen "1209:0002"
	usbip detach -p 0 >out 2>&1
	on_screen "disconnected"
	close_console
}

# The bus is listened to: no request more, none missing, and the session is
# what the served device saw.
requests='DETACH|DNLOAD|UPLOAD|GETSTATUS|CLRSTATUS|GETSTATE|ABORT'
asked()	{ grep -cE "^1-1 ($requests)" served; }

listen()
{
	dfuscope run --json -T "$1" -x 'wait 600000' >heard 2>&1 &
	listener=$!
	wait_until "ls -l /proc/$listener/fd | grep -q /dev/usbmon"
}

unlisten()
{
	kill $listener
	wait $listener 2>/dev/null
}

heard()	{ grep -cE "\"kind\":\"submit\".*\"request\":\"($requests)\"" heard; }

t_listen()
{
	local before told n

	only $f072
	watch
	util 0 -a 0 -D image -s $at
	watched
	mv urbs unheard
	only $f072
	# It asks each device for its descriptors before it captures.
	dumpcap -q -i usbmon1 -w capture.pcapng >dumpcap 2>&1 &
	dumper=$!
	wait_until 'grep -q "^File:" dumpcap'
	listen usbmon:1,ring=64
	watch
	util 0 -a 0 -D image -s $at
	watched
	diff unheard urbs >differ || {
		fail "< unheard, > heard"
		shows differ
	}
	wait_until '[ $(heard) -ge $(asked) ]' || true
	kill $dumper
	wait $dumper 2>/dev/null
	unlisten
	n=$(asked)
	[ "$(heard)" -eq "$n" ] && [ "$n" -gt 20 ] || {
		fail "heard $(heard) of $n"
		shows heard
	}
	! grep -q '"kind":"lost"' heard || fail "events were lost"
	# Which they were, and what they were answered.
	sed -n 's/.*"kind":"submit".*"request":"\([A-Z]*\)".*/\1/p' heard >they
	sed -nE "s/^1-1 ($requests).*/\\1/p" served >those
	diff those they >differ || { fail "< served, > heard"; shows differ; }
	[ "$(grep -c '"kind":"submit"' heard)" -eq "$(wc -l <urbs)" ] || {
		fail "$(grep -c '"kind":"submit"' heard) heard of:"
		shows urbs
	}
	scope 0 explain capture.pcapng
	says "dfuIDLE"
	counted="$n requests heard, $(wc -l <urbs) URBs with and without, $(wc -c <capture.pcapng) bytes captured"
	# For a fixture: see boot.sh.
	base64 capture.pcapng | sed 's/^/#= /'
}

# The same on a console, whose screen follows; its keys send nothing.
t_listen_console()
{
	only $f072
	console -T usbmon:1,ring=64 || return
	on_screen 'listens|usbmon|0483:df11'
	watch
	util 0 -a 0 -D image -s $at
	watched
	on_screen "seen $(wc -l <urbs)( |\$)"
	counted="$(wc -l <urbs) requests on the screen"
	watch
	press s
	on_screen 'only listens'
	press ':'
	press -l 'clrstatus'
	press Enter
	on_screen 'only listens'
	watched
	sent 0
	close_console
	scope 77 run -T usbmon:1 -x getstatus
	says "only listens"
	chmod 600 /dev/usbmon1
	su nobody -c 'dfuscope run -T usbmon:1 -x getstatus' >out 2>&1 &&
	    fail "nobody may listen"
	says "Listening needs root"
	says "setfacl -m u:"
	says "/dev/usbmon1"
}

# A ring that is too small for who does not look: what is lost is counted.
t_lost()
{
	only $f072
	listen usbmon:1,ring=8
	kill -STOP $listener
	util 0 -a 0 -D image -s $at
	kill -CONT $listener
	wait_until 'grep -q "the kernel dropped" heard'
	unlisten
	counted="$(sed -n 's/.*the kernel dropped \([0-9]* event\).*/\1/p' heard |
	    head -n 1)s lost, and said"
}

# As README has it: stuck when it is plugged in, and the plug is no reset.
t_readme()
{
	only stm32f072,start=manifest,stuck=7
	state "7 dfuMANIFEST"
	util 0 -l
	says 'Found DFU: [0483:df11]'
	scope 0 run -x 'getstate; expect state dfuMANIFEST'
	scope 0 run --yes -x recover
	wait_until is_gone
}

# Eight at a time, all flashed by both tools at once.
t_eight()
{
	local i

	only $f072 $f072 $f072 $f072 $f072 $f072 $f072 $f072
	scope 0 list
	[ "$(grep -c 0483:df11 out)" -eq 8 ] || fail "not eight in the list"
	for i in 1 2 3 4; do
		dfu-util -p 1-$i -a 0 -D image -s $at:leave >out.$i 2>&1 &
		eval "p$i=$!"
	done
	for i in 5 6 7 8; do
		dfuscope run --yes -p 1-$i \
		    -x "flash image $at; leave $at" >out.$i 2>&1 &
		eval "p$i=$!"
	done
	for i in 1 2 3 4 5 6 7 8; do
		eval "wait \$p$i" || {
			fail "the tool on 1-$i"
			shows out.$i
		}
		wait_until "is_gone 1-$i"
	done
}

# Opening a suspended device wakes it: that is asked first.
t_suspended()
{
	only stm32f072
	echo 0 >$devices/1-1/power/autosuspend_delay_ms
	echo auto >$devices/1-1/power/control
	wait_until "grep -q suspended $devices/1-1/power/runtime_status"
	watch
	scope 0 list
	says suspended
	scope 64 run -x getstatus
	says "it is suspended"
	watched
	sent 0
	grep -q suspended $devices/1-1/power/runtime_status ||
	    fail "it was woken"
	scope 0 run --yes -x 'getstatus; expect state dfuIDLE'
}

# Two programs want it: the second is told who has it.
t_holder()
{
	only stm32f072,silent=getstatus@1
	dfuscope run -x getstatus >first 2>&1 &
	program=$!
	wait_until 'grep -q ": no answer;" served'
	timeout 120 dfuscope run -x getstatus >out 2>&1 &&
	    fail "both had it"
	says "is in use by dfuscope (pid $program)"
	kill $program
	wait $program 2>/dev/null
}

# Nobody but root may open the node, until somebody lets them.
t_permission()
{
	local node

	only stm32f072
	node=/dev/bus/usb/001/$(printf %03d "$(cat $devices/1-1/devnum)")
	chmod 600 "$node"
	watch
	su nobody -c 'dfuscope list' >out 2>&1 || fail "cannot list"
	says 0483:df11
	su nobody -c 'dfuscope run -x getstatus' >out 2>&1
	[ $? -eq 77 ] || { fail "not 77"; shows out; }
	watched
	sent 0
	chmod 666 "$node"
	su nobody -c 'dfuscope run -x getstatus' >out 2>&1 || {
		fail "cannot open"
		shows out
	}
}

# A run-time device is asked to detach, and comes back under another id.
t_runtime()
{
	local before

	only dfu11,mode=app,will-detach=1
	before=$(cat $devices/1-1/idProduct)
	scope 0 run --yes -x 'detach 1000'
	wait_until is_gone
	wait_until 'usbip list -r 127.0.0.1 2>&1 | grep -q "1-1:"'
	attach 1-1
	[ "$(cat $devices/1-1/idProduct)" != "$before" ] ||
	    fail "it has the same id"
	scope 0 run -x 'getstate; expect state dfuIDLE'
}

# It comes back, and the kernel gets no descriptor from it.
t_dead()
{
	only $f072,back=dead
	scope 0 run --yes -x "leave $at"
	wait_until is_gone
	wait_until 'usbip list -r 127.0.0.1 2>&1 | grep -q "1-1:"'
	dmesg -c >/dev/null
	usbip attach -r 127.0.0.1 -b 1-1 >out 2>&1
	wait_until 'dmesg | grep -q "device descriptor read/64, error -110"'
	is_gone || fail "it enumerates"
	scope 0 list
	! grep -q 0483:df11 out || fail "it is listed"
}

# The rule where `make install` put it, and where an administrator's own file
# of that name wins over it. The last tests have a udev running, which nobody
# ends.
rule=$(cat /etc/rule)
own_rule=/etc/udev/rules.d/${rule##*/}
start_udev()
{
	[ -z "$udev" ] || return 0
	mkdir -p "${own_rule%/*}"
	/lib/systemd/systemd-udevd --daemon >udevd 2>&1 || {
		fail "udevd does not start"
		shows udevd
	}
	udev=1
}

# As the rule's own words say: a tag for whoever sits there, or a group.
t_rule()
{
	local node

	unserve
	start_udev
	only stm32f072
	udevadm settle
	node=/dev/bus/usb/001/$(printf %03d "$(cat $devices/1-1/devnum)")
	udevadm info "$node" >out 2>&1
	grep -q '^E: TAGS=.*:uaccess:' out || { fail "no tag"; shows out; }
	chmod 600 "$node"
	su nobody -c 'dfuscope run -x getstatus' >out 2>&1
	[ $? -eq 77 ] || { fail "nobody may open it"; shows out; }
	sed 's/TAG+="uaccess"/MODE="0660", GROUP="plugdev"/' "$rule" \
	    >"$own_rule"
	udevadm control --reload
	only stm32f072
	udevadm settle
	node=/dev/bus/usb/001/$(printf %03d "$(cat $devices/1-1/devnum)")
	wait_until '[ "$(stat -c "%a %G" '"$node"')" = "660 plugdev" ]' ||
	    fail "$(ls -l "$node")"
	su nobody -c 'dfuscope run -x getstatus' >out 2>&1 ||
	    { fail "the group may not open it"; shows out; }
	rm "$own_rule"
	udevadm control --reload
}

# The same program sees the device go and come back as another one.
t_hotplug()
{
	unserve
	start_udev
	only dfu11,mode=app,will-detach=1
	udevadm settle
	dfuscope run --yes -x 'detach 1000; expect back; getstate
	    expect state dfuIDLE' >out 2>&1 &
	program=$!
	wait_until 'grep -q "disconnected from" served'
	wait_until is_gone
	wait_until 'usbip list -r 127.0.0.1 2>&1 | grep -q "1-1:"'
	attach 1-1
	wait $program
	code=$?
	[ $code -eq 0 ] || { fail "ended with $code"; shows out; }
	says "1209:0001"
	says "1209:0002"
}

# Who sits at the seat, as logind tells udev: an entry of the node's list.
# There is no logind here; what it writes is, and what calls udev's builtin.
seat()
{
	mkdir -p /run/systemd/seats
	printf 'ACTIVE=1\nACTIVE_UID=%s\n' "$1" >/run/systemd/seats/seat0
}

opens()
{
	local node

	only stm32f072
	udevadm settle
	node=/dev/bus/usb/001/$(printf %03d "$(cat $devices/1-1/devnum)")
	ls -l "$node" >node
	su nobody -c 'dfuscope run -x getstatus' >out 2>&1
	[ $? -eq "$1" ] || { fail "$2: not $1"; shows out; shows node; }
}

t_seat()
{
	local rules=${own_rule%/*}

	unserve
	start_udev
	# systemd's own last word of its 73-seat-late.rules.
	echo 'TAG=="uaccess", ENV{MAJOR}!="", RUN{builtin}+="uaccess"' \
	    >$rules/73-seat-late.rules
	echo 'SUBSYSTEM=="usb", MODE="0600"' >$rules/51-closed.rules
	udevadm control --reload
	seat 65534
	opens 0 "at the seat, with the rule"
	seat 1000
	opens 77 "at no seat, with the rule"
	ln -s /dev/null "$own_rule"
	udevadm control --reload
	seat 65534
	opens 77 "at the seat, without the rule"
	seat 1000
	opens 77 "at no seat, without the rule"
	rm -rf /run/systemd/seats $rules/73-seat-late.rules \
	    $rules/51-closed.rules "$own_rule"
	udevadm control --reload
}

# INT in the middle of a flash: the device keeps what the host began.
t_interrupt()
{
	only stm32f072
	# What this shell has in the background ignores INT.
	(wait_until 'grep -q "DNLOAD 2, " served'; kill -INT $(cat pid)) &
	sh -c 'echo $$ >pid; exec dfuscope "$@"' sh run --yes \
	    -x "flash image $at" >out 2>&1
	code=$?
	[ $code -ne 0 ] || fail "a flash that was cut ended with 0"
	counted="ended with $code"
	scope 0 run --yes -x "flash image $at; verify image $at"
}

# setups: those of the URBs that were watched.
setups()
{
	sed -n 's/^C[io]0 s \(.. .. .... .... ....\).*/\1/p' urbs
}

# traced CODE COMMAND: the same requests without the tap, with it, and as it
# tells them.
traced()
{
	local want=$1 code

	shift
	only $sim
	watch
	timeout 120 "$@" 2>/dev/null >alone
	watched
	setups >without
	only $sim
	watch
	timeout 120 dfuscope trace --json -j journal -- "$@" >out 2>events
	code=$?
	watched
	setups >with
	[ $code -eq "$want" ] || {
		fail "trace $*: ended with $code, not $want"
		shows events
	}
	# The device was attached anew, and has another number; bars are drawn
	# by the clock.
	sed -i 's/devnum=[0-9]*//; s/\r/\n/g' alone out
	sed -i '/\[[ =]*\] *[0-9]*%/d' alone out
	cmp -s alone out || fail "trace $*: its output is another"
	sed -n 's/.*"kind":"submit".*"bmRequestType":\([0-9]*\),"bRequest":\([0-9]*\),"wValue":\([0-9]*\),"wIndex":\([0-9]*\),"wLength":\([0-9]*\)}.*/\1 \2 \3 \4 \5/p' \
	    events | while read -r type request value index length; do
		printf '%02x %02x %04x %04x %04x\n' "$type" "$request" \
		    "$value" "$index" "$length"
	done >told
	[ -s without ] || fail "trace $*: nothing was sent"
	diff without with >differ || { fail "< without the tap, > with it"
		shows differ; }
	diff with told >differ || { fail "< the bus, > what trace saw"
		shows differ; }
	counted="${counted:+$counted, }$(wc -l <told) requests"
}

# What trace sees is what the bus sees, and what it sees without the tap.
t_trace()
{
	sim=$f072,stuck=never
	traced 76 dfu-util -a0 -D image -s $at:leave
	says "contradicted" events
	sim=$f072
	traced 0 dfu-util -a0 -D image -s $at
	traced 0 dfu-util -l
	traced 0 sh -c 'dfu-util -a0 -D image -s 0x08000000 & wait'
}

tests='usbip looking requests trouble unplug reset dfu_util scope do_as trace
	stuck lesson
	listen listen_console lost readme eight suspended holder permission
	runtime interrupt dead no_udevd seat rule hotplug'

total=0
failed=0
for name in $(cat /etc/tests | grep . || echo $tests); do
	bad=0
	counted=
	start=$(cut -d. -f1 /proc/uptime)
	t_$name
	took=$(($(cut -d. -f1 /proc/uptime) - start))
	total=$((total + 1))
	if [ $bad -eq 0 ]; then
		echo "PASS: kernel/$name ($took s${counted:+; $counted})"
		[ -z "$counted" ] || echo "$name: $counted" >>counts
	else
		failed=$((failed + 1))
		echo "	served:"
		shows served
		echo "FAIL: kernel/$name ($took s)"
	fi
done
unserve

[ ! -e counts ] || sed 's/^/counted: /' counts
cat <<END
Testsuite summary for kernel $(uname -r)
# TOTAL: $total
# PASS:  $((total - failed))
# FAIL:  $failed
# ERROR: 0
END
poweroff -f
