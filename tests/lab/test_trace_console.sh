#!/bin/sh
# SPDX-License-Identifier: ISC
# :trace in the console, in a real terminal, with the real dfu-util on a
# simulated device. LAB_RUN is the program lab_run, DFUSCOPE the one under
# test.

lab=${LAB_RUN:?where lab_run is}
program=${DFUSCOPE:?where dfuscope is}
here=$(cd "$(dirname "$0")" && pwd)
command -v tmux >/dev/null || {
	echo "test_trace_console: tmux is missing (Debian: tmux)" >&2
	exit 1
}
asan=$(ldd "$program" | sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1/p')
LAB_PRELOAD="${asan:+$asan }libumockdev-preload.so.0"
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
# What the tools leak is their own affair.
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
export LAB_PRELOAD ASAN_OPTIONS
unset LAB_LOG

. "$here/../terminal/lib.sh"

# on SIM: the program that the terminal starts is on a bus with that device.
on()
{
	printf '#!/bin/sh\nexec sh "%s" "%s" %s -- "%s" "$@"\n' \
	    "$here/run.sh" "$lab" "$1" "$program" >"$work/program"
	chmod +x "$work/program"
	DFUSCOPE=$work/program
}

seq 1 1500 | head -c 5000 >"$work/image"
quick=poll-erase=3,poll-write=3,poll-address=3
flash="dfu-util -a0 -D image -s 0x08000000:leave"
cd "$work" || exit 1

# The hang, seen live; one key gets the device out.
on "stm32f072,$quick,stuck=7"
start 80x24
wait_for "0483:df11"
command "trace $flash"
wait_for "Transitioning to dfuMANIFEST state" 20
wait_for ": ended" 20
wait_for "claims success (exit 0); contradicted"
wait_for "Leave  keeps polling"
keys L
wait_for "LEFT" 20
keys F6
wait_away ": ended"
wait_for "sent"
keys q
wait_match "Quit|ended"
keys y
ended 0

# On a wide terminal its words stand beside the list of the main page. The
# emulated ioctl tells no size.
settings="LINES=40 COLUMNS=160"
start 160x40
settings=
command 'trace sh -c "echo beside the list; read x"'
wait_for "keys go to the tool"
keys F6
wait_for "F6 for its keys"
wait_for "beside the list"
wait_for "dfuMANIFEST-WAIT-RESET"
keys F6
wait_for "keys go to the tool"
keys Enter
wait_for ": ended"
keys F6
wait_away "F6 for its keys"
wait_for "ecoded"
keys q
ended 0

# Its keys and its output; a second one after it; what nobody saw is said.
start 100x30
command 'trace sh -c "read x; echo got $x"'
wait_for "keys go to the tool"
type_text "hello q:"
keys Enter
wait_for "got hello q:"
wait_for "sent no visible request"
# Its words stand beside its requests, and what they are wrong about.
cat >liar <<'END'
dfu-util -a0 -s 0x08000000:leave
echo "DFU state(10) = dfuERROR, status(3) = x"
END
command "trace sh liar"
wait_for "dfu-util says: Submitting leave request" 20
wait_for "the device answered something else"
wait_for ": ended" 20

# One that draws on all of the screen has it, until it ends or Ctrl-].
cat >whole <<'END'
printf '\033[?1049h\033[2J\033[HWHOLE'
read x
printf ' %s' "$x"
read x
printf '\033[?1049l'
END
command "trace sh whole"
wait_for "WHOLE"
wait_away "F6"
type_text "into it"
keys Enter
wait_for " into it"
keys Enter
wait_for ": ended"
command "trace sh whole"
wait_for "WHOLE"
wait_away "F6"
keys C-]
wait_for "keys go to the tool"
keys Enter Enter
wait_for ": ended"
command "trace dfu-util -l"
wait_for 'Found DFU: [0483:df11]' 20
wait_for "dfu-util claims success (exit 0)"
command "trace nothing-of-that-name"
wait_for "nothing-of-that-name: No such file or directory"
keys q
keys q
ended 0

# trace on a terminal is the same; one that is killed.
on "stm32f072,$quick,silent=dnload@3"
open 100x30
launch trace -- timeout -s KILL 2 $flash
wait_for "signal 9" 30
keys q
keys q
ended 0

# The console dies, and the tool goes on.
cat >survivor <<'END'
echo $PPID >parent
until test -e dead; do :; done
dfu-util -l >listed
echo more
touch survived
END
start 100x30
command "trace sh survivor"
wait_until 20 "the tool to begin" test -s parent
kill -KILL "$(cat parent)"
touch dead
wait_until 20 "the tool to survive" test -e survived
echo "test_trace_console: all as expected"
