#!/bin/sh
# SPDX-License-Identifier: ISC
# Unplugged and plugged in again by command: the device is used again.

. "$(dirname "$0")/lib.sh"

start 100x30 -T sim:stm32f072
keys g
state "2 dfuIDLE"
command unplug
wait_for "disconnected"
wait_for "gone"
keys g
wait_for "not connected"
sent 1
command plug
wait_away "gone"
wait_match 'expected +unknown'
! matches '\[\[ [0-9]' || fail "no state marked after it came back"
sent 1
keys g
request 2 'GETSTATUS .*dfuIDLE'
state "2 dfuIDLE"

# In the middle of a request.
keys q
ended 0
start 100x30 -T sim:stm32f072,silent=getstatus@1
keys g
wait_for "k Cancel"
command unplug
wait_match '^. #1 .*the device disconnect'
wait_for "disconnected"
command plug
wait_away "gone"
wait_match 'expected +unknown'
keys g
request 2 'GETSTATUS .*dfuIDLE'
state "2 dfuIDLE"
keys q
ended 0

# Instead of answering.
start 100x30 -T sim:stm32f072,gone=getstatus@2
keys g
state "2 dfuIDLE"
keys g
wait_for "disconnected"
command plug
wait_match "@ .*connected: sim-1"
keys g
request 3 'GETSTATUS .*dfuIDLE'
state "2 dfuIDLE"
keys q
ended 0
