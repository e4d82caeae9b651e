#!/bin/sh
# SPDX-License-Identifier: ISC
# fuzz_one.sh DIR/fuzz_NAME: fuzzes $FUZZ_SECONDS from tests/fuzz/corpus/NAME.
# What breaks it is kept beside the program as fuzz_NAME.crash-* and the like.

program=$1
name=${program##*/fuzz_}
corpus=${srcdir:-.}/tests/fuzz/corpus/$name
if [ ! -d "$corpus" ] || [ -z "$(ls -A "$corpus")" ]; then
	echo "fuzz_one: no corpus in $corpus" >&2
	exit 1
fi
new=$(mktemp -d) || exit 1
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM
# A lab is preloaded into what looks for real devices.
case $name in
usb)	set -- sh "${srcdir:-.}/tests/lab/run.sh" "$program" ;;
*)	set -- "$program" ;;
esac
"$@" -max_total_time="${FUZZ_SECONDS:-15}" -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$program." \
    "$new" "$corpus"
