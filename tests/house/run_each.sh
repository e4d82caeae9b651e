#!/bin/sh
# SPDX-License-Identifier: ISC
# run_each.sh LAYER COMMAND TEST...: runs COMMAND TEST for each test, at most
# $LIMIT seconds each, and sums up as make check does. A layer with nothing
# to run has failed. Logs go to the build directory, TEST.LAYER.log.

layer=$1
command=$2
shift 2
if [ $# -eq 0 ]; then
	echo "$layer: there is nothing to run" >&2
	exit 1
fi

# timeout leads a process group of its own and ends it.
running=
trap '[ -z "$running" ] || kill "$running"; exit 1' HUP INT TERM

passed=0
failed=0
for t; do
	name=${t#"${srcdir:-.}/"}
	log=$name.$layer.log
	mkdir -p "$(dirname "$log")" || exit 1
	timeout -k 10 "${LIMIT:-120}" $command "$t" >"$log" 2>&1 </dev/null &
	running=$!
	wait "$running"
	code=$?
	running=
	if [ $code -eq 0 ]; then
		echo "PASS: $name"
		passed=$((passed + 1))
		continue
	fi
	failed=$((failed + 1))
	tail -n 40 "$log" | sed 's/^/	/'
	case $code in
	124|137) echo "FAIL: $name (no end after ${LIMIT:-120} s; $log)" ;;
	*)	echo "FAIL: $name (exit $code; $log)" ;;
	esac
done

cat <<END
Testsuite summary for $layer
# TOTAL: $#
# PASS:  $passed
# FAIL:  $failed
# ERROR: 0
END
[ $failed -eq 0 ]
