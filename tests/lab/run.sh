#!/bin/sh
# run.sh PROGRAM [ARGUMENT...]: runs a program linked with libusb on the lab.
# The sanitizer's library must be the first of those that are preloaded.

asan=$(ldd "$1" | sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1/p')
# clang links its sanitizer into the program.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
export ASAN_OPTIONS
exec env LD_PRELOAD="${asan:+$asan }libumockdev-preload.so.0" "$@"
