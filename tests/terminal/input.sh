#!/bin/sh
# SPDX-License-Identifier: ISC
# What is pasted never fires keys; a click selects a request.

. "$(dirname "$0")/lib.sh"

settings='TERM=xterm-256color'
start 100x30 -T sim:stm32f072
keys g
state "2 dfuIDLE"

# Every letter of this is a key that sends something, and it ends the line.
t set-buffer 'gsacxuRLdWN
mass-erase
'
t paste-buffer -p
wait_for ":gsacxuRLdWN"
wait_for "; mass-erase"
sent 1
keys Escape
wait_away "gsacxuRLdWN"
sent 1
shows_not "n Cancel" || fail "no question"
keys s
sent 2

# Into the prompt that is open, at its cursor; nothing is done before Enter.
keys ':'
wait_for "Tab Complete"
type_text "get"
t set-buffer 'status'
t paste-buffer -p
wait_for ":getstatus"
sent 2
keys Enter
sent 3

# A log of another tool is read, and never gets there.
t set-buffer 'dfu-util 0.11
Opening DFU capable USB device...
Device ID 0483:df11
dfu-util: Cannot claim interface - LIBUSB_ERROR_BUSY
'
t paste-buffer -p
wait_for "Log of another tool"
wait_for "open-busy"
keys Escape
wait_away "open-busy"
sent 3

# The line on which request N stands in the list.
listed()
{
	screen | grep -nE -e "^.[ >]#$1 " | cut -d: -f1
}

# SGR mouse: button 0 at column, row. The list ends above the key bar.
click()
{
	keys -l "$(printf '\033[<0;%d;%dM' "$1" "$2")"
	keys -l "$(printf '\033[<0;%d;%dm' "$1" "$2")"
}
command 'repeat 2 getstate; abort'
sent 6
click 20 "$(listed 2)"
wait_match '^.>#2 '
# The second click opens what the first one selected.
click 20 "$(listed 2)"
wait_for "GETSTATE"
wait_for "bmRequestType"
matches 'request #?2|#2' || fail "request 2 in detail"
keys Escape
wait_for "Next: "

# So does a double click, however quick it is.
for n in 2 6 2; do
	keys Escape
	wait_away "paused"
	at=$(listed $n)
	click 20 "$at"
	click 20 "$at"
	wait_for "bmRequestType"
	keys Escape
	wait_for "Next: "
done
sent 6

# Reports of a terminal, another kind of mouse, keys that nobody knows: they
# end in letters that are keys here, and fire none.
for report in '[8;20R' '[?62;1;2c' ']11;rgb:dada/caca/ffff\007' '[M gg' \
    '[1;7g' 'Og' 'Pgs\033\\' '[[g'; do
	keys -l "$(printf "\033$report")"
done
keys -l '!'	# no key: it ends what may be open
keys s
sent 7
request 7 'GETSTATE '
! matches 'bus reset:' || fail "no reset"
shows_not "n Cancel" || fail "no question"
keys q
ended 0
