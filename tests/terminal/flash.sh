#!/bin/sh
# SPDX-License-Identifier: ISC
# A whole flash in the console: it asks once, shows how far it is, can be
# cancelled, and says what the pages hold.
. "${0%/*}/lib.sh"

file=$work/image
head -c 8192 /dev/urandom >"$file"

start 100x30 -T sim:stm32f072,flash=pattern
command "flash $file 0x08000000 verify"
wait_for "writes 8192 bytes"
wait_for "waiting for confirmation"
answer y "Flash"
wait_for "erasing 0x08000"
wait_for "and verified"

# Again: there is nothing to do and nothing to ask.
command "flash $file 0x08000000"
wait_for "verified: the device already holds"

# No is no.
head -c 65536 /dev/urandom >"$file"
command "flash $file 0x08000000"
answer n "Flash"
wait_for "not sent"

# Given up in the middle, at 80 columns.
t resize-window -x 80 -y 24
command "flash $file 0x08000000 no-read"
answer y "Flash"
wait_for "erasing 0x08001"
keys k
wait_for "cancelled; the device is in dfuIDLE"

# What takes everything is answered with its word.
command wipe
wait_for "type wipe and press Enter"
keys y
type_text nonsense
keys Enter
# It still asks.
wait_for "wipe: waiting for confirmation"
wait_for "type wipe and press Enter  n Cancel"
keys y
type_text wipe
keys Enter
wait_for "it erased everything"
keys q
ended 0

# A plain download says how far it is, too, and not only that it began.
start 80x24 -T sim:dfu11,poll=100
command "flash $file"
answer y "to alternate"
wait_for "flash: downloading, "
keys k
wait_for "cancelled; the device is in dfuIDLE"
keys q
ended 0
