#!/bin/sh
# SPDX-License-Identifier: ISC
# Recovery: what may help, a key an action, and the recipe of what did.

. "$(dirname "$0")/lib.sh"

start 80x24 -T sim:stm32f072,start=manifest,stuck=7
sent 0
keys g
wait_match 'dfuMANIFEST'
sent 1
keys r
wait_for "Recovery, least invasive first"
wait_match '> +2 poll +works +reported'
wait_match 'harmful here: .*ABORT'
keys 4
wait_for "harmful here; :recover abort runs it nevertheless"
sent 1
keys 2
wait_for "disconnected"
sent 7
keys s
wait_for ":recover save "
keys Escape
keys Escape
keys q
ended 0

start 100x30 -T sim:dfu11,start=error
sent 0
keys g
wait_for " r more recovery actions"
keys r
wait_match '> *!3 CLRSTATUS +works +specified'
keys a
wait_for "out: dfuIDLE after 2 requests"
wait_match '#2-#3: dfuERROR -> dfuIDLE'
sent 3
keys Escape
keys q
ended 0
