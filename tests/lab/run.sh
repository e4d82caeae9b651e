#!/bin/sh
# SPDX-License-Identifier: ISC
# run.sh PROGRAM [ARGUMENT...]: runs a program linked with libusb on a lab. The
# sanitizer's library must be the first of those that are preloaded. A script
# is run as it is: it knows what to preload into what.

case $1 in
*.sh)	exec sh "$@" ;;
esac
asan=$(ldd "$1" | sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1/p')
# clang links its sanitizer into the program.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS
exec env LD_PRELOAD="${asan:+$asan }libumockdev-preload.so.0" "$@"
