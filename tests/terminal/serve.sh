#!/bin/sh
# SPDX-License-Identifier: ISC
# A device that is served: what its host asks is in the list, its own state on
# the map beside what the host was told; faults and plugs are for the operator,
# requests are not.

. "$(dirname "$0")/lib.sh"

# host PORT WORDS: attaches 1-1, asks, and stays; each word is bmRequestType,
# bRequest, wValue and wLength in hexadecimal, with a colon between them.
cat >"$work/host.py" <<'END'
import socket, struct, sys

s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(bytes.fromhex("0111800300000000") + b"1-1".ljust(32, b"\0"))
got = s.recv(320, socket.MSG_WAITALL)
assert len(got) == 320, "no import"
for n, word in enumerate(sys.argv[2:]):
    kind, request, value, length = (int(x, 16) for x in word.split(":"))
    is_in = kind >> 7 if length else 0
    s.sendall(struct.pack(">10I", 1, n, 0x10001, is_in, 0, 0, length, 0, 0, 0)
        + struct.pack("<BBHHH", kind, request, value, 0, length)
        + bytes(0 if kind >> 7 else length))
    head = s.recv(48, socket.MSG_WAITALL)
    if is_in and len(head) == 48:
        s.recv(struct.unpack(">I", head[24:28])[0], socket.MSG_WAITALL)
s.recv(1)
END
host()
{
	python3 "$work/host.py" "$port" "$@" >/dev/null 2>&1 &
	host=$!
}

start 100x30 serve stm32f072,stuck=7 --listen 127.0.0.1:0
wait_for "listening at 127.0.0.1:"
port=$(screen | sed -n 's/.*listening at 127.0.0.1:\([0-9]*\).*/\1/p')
wait_match '2 dfuIDLE +◄ own'
wait_for "served"

# The leave is begun, and its host is told so.
host a1:3:0:6 21:1:0:0 a1:3:0:6
request 2 "DNLOAD .*ok"
request 3 "GETSTATUS .*dfuMANIFEST"
wait_match '\[\[ 7 dfuMANIFEST.*◄ own'
wait_for "seen 3"

# What the bar offers is what the operator of a server can do, by key.
wait_for " F Faults  u Unplug  R Reset"
keys u
wait_for "disconnected"
wait_for "u Plug in"
wait "$host"
keys u
wait_match '2 dfuIDLE +◄ own'
wait_for "u Unplug"

# Every way to send says what this is.
for key in s g c a k A .; do
	type_text "$key"
	wait_for "another host uses this device"
	keys Escape
done
wait_for "seen 3"

# The help has no request in it, and no job.
keys '?'
wait_for "Keys of the server's console"
shows_not "getstatus" || fail "no GETSTATUS in the help"
keys End
wait_for "restart"
keys Escape
wait_for "◄ own"

# What the host was not told is on the map all the same. A key sets a fault,
# another asks for its value.
keys F
wait_match '> ?\*stuck +7 '
keys Down Space
wait_match '> ?\*silent +getstatus@1 '
keys Space
wait_match '> +silent +off '
keys Enter
wait_for ":fault silent=getstatus@1"
keys BSpace 2 Enter
wait_match '> ?\*silent +getstatus@2 '
keys Escape
wait_for "faults    stuck=7"
wait_for "silent=getstatus@2"
host a1:3:0:6 21:1:0:0 a1:3:0:6
request 5 "DNLOAD .*ok"
wait_match '6 dfuMANIFEST-SYNC.*◄ own'
command 'fault silent=getstatus@0'
wait_for "silent: invalid value"
keys Escape
keys R
wait_for "gone"
wait "$host"
wait_match '2 dfuIDLE +◄ own'
keys q
ended 0
