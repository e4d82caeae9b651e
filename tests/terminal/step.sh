#!/bin/sh
# SPDX-License-Identifier: ISC
# One request at a time: what comes next, what it would do; another before it,
# another instead of it, none at all.

. "$(dirname "$0")/lib.sh"

start 100x30 -T sim:stm32f072,stuck=3
sent 0
keys g
state "2 dfuIDLE"
keys .
command "set-address 0x08000000; leave"
wait_for "PAUSED       DNLOAD block 0, 5 bytes  set address 0x08000000"
shows "→ 3 dfuDNLOAD-SYNC" || fail "what it would do"
sent 1
keys s
sent 2
wait_for "PAUSED       DNLOAD block 0"
keys .
sent 3
wait_match 'PAUSED +GETSTATUS'
keys e
wait_for "bRequest"
keys Enter
wait_for "PAUSED"
sent 4
keys ,
wait_for "left after"
keys q
ended 0
