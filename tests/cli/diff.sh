#!/bin/sh
# SPDX-License-Identifier: ISC
# diff: two ways of the same work, each on a device of the same kind.

program=${top_builddir:-.}/dfuscope
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
bad=0

fail()
{
	echo "FAIL: $1"
	sed 's/^/	/' "$work/out"
	bad=1
}

# ends CODE ARGUMENTS
ends()
{
	wanted=$1
	shift
	"$program" "$@" >"$work/out" 2>&1
	code=$?
	[ $code -eq "$wanted" ] || fail "$*: ended with $code, not $wanted"
}

# says EXPRESSION
says()
{
	grep -qE -e "$1" "$work/out" || fail "does not say: $1"
}

head -c 5000 /dev/urandom >"$work/image"
for tool in dfu-util pydfu; do
	"$program" run --yes -T sim:stm32f072 -j "$work/$tool" \
	    -x "do-as $tool flash $work/image 0x08000000 leave" >"$work/out" \
	    2>&1
	[ -s "$work/$tool" ] || fail "no journal of $tool"
done

ends 0 diff "$work/pydfu" "$work/pydfu"
says '^both sent the same requests in the same order$'
ends 1 diff "$work/pydfu" "$work/dfu-util"
says '^first difference after [0-9]+ equal requests: A #[0-9]+ .*; B #'
says '^< #[0-9]+ '
says '^>  +#[0-9]+ '
says '^  #[0-9]+.* +#[0-9]+.* DNLOAD .*erase 0x08000000'
# Turned round, what one lacks the other has.
lines=$(grep -c '^<' "$work/out")
ends 1 diff "$work/dfu-util" "$work/pydfu"
[ "$(grep -c '^>' "$work/out")" -eq "$lines" ] || fail "turned round: not $lines"

# A session says the same of itself and a recording, from the same function.
"$program" run --yes -T sim:stm32f072 -j "$work/again" \
    -x "getstatus; abort; getstate; diff $work/dfu-util" \
    >"$work/out" 2>&1
"$program" diff "$work/again" "$work/dfu-util" | tail -n +2 >"$work/wanted"
sed -n '/^B  /,$p' "$work/out" | head -n "$(wc -l <"$work/wanted")" \
    >"$work/got"
grep -q '^A  this session: [0-9]* requests, sim-1$' "$work/out" ||
    fail "run -x diff: no title"
cmp -s "$work/wanted" "$work/got" || fail "run -x diff differs from diff"
ends 74 run -T sim:stm32f072 -x "diff $work/none"
says "none: No such file"

ends 64 diff "$work/pydfu"
ends 64 diff "$work/pydfu" "$work/pydfu" "$work/pydfu"
ends 66 diff "$work/pydfu" "$work/none"
says "none: No such file"
ends 65 diff "$work/pydfu" "$work/image"

[ $bad -eq 0 ] && echo "diff: all as expected"
exit $bad
