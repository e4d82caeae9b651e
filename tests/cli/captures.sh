#!/bin/sh
# SPDX-License-Identifier: ISC
# Captures as the program is typed: each simulated device is flashed, exported
# as a capture, and told of as its journal tells; what was downloaded is put
# together again from either.

dfuscope=$PWD/dfuscope
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
HOME=$work
XDG_STATE_HOME=$work/state
export HOME XDG_STATE_HOME
failed=0

complain()
{
	echo "captures: $*" >&2
	failed=1
}

# Its head names the kind of file, and its number of events.
tell()
{
	"$dfuscope" explain "$1" >told 2>&1
	code=$?
	sed '1,/^$/d' told
}

i=0
while [ $i -lt 300 ]; do
	printf 'block %04d\0\1\2\377' $i
	i=$((i + 1))
done >firmware.bin

profiles=$("$dfuscope" sims | sed -n '/^Profiles/,/^$/s/^  \([a-z0-9]*\) .*/\1/p')
[ -n "$profiles" ] || complain "no profiles"
whole=0
for profile in $profiles; do
	rm -f a.journal a.pcapng a.bin
	"$dfuscope" run -T "sim:$profile" -j a.journal --yes --payload \
	    -x 'flash firmware.bin' -x 'export pcapng a.pcapng' \
	    -x 'save image a.bin' >out 2>&1
	if [ ! -f a.pcapng ]; then
		# The flash failed, and nothing was done after it.
		"$dfuscope" run -T "sim:$profile" -j b.journal --yes \
		    -x 'getstatus' -x 'export pcapng a.pcapng' >out 2>&1
		mv -f b.journal a.journal
	elif [ -f a.bin ]; then
		cmp -s a.bin firmware.bin || complain "$profile: save image"
		for file in a.journal a.pcapng; do
			"$dfuscope" run -T recording:$file \
			    -x 'compare image firmware.bin' >out 2>&1 ||
			    complain "$profile: compare image of $file"
		done
		whole=$((whole + 1))
	fi
	tell a.journal >want
	want=$code
	tell a.pcapng >is
	[ $code -eq $want ] || complain "$profile: explain ends with $code"
	diff want is >differ || {
		complain "$profile: its capture tells otherwise"
		head -n 10 differ >&2
	}
	grep -q '^capture a.pcapng: ' told || complain "$profile: no capture"
done
[ $whole -ge 5 ] || complain "only $whole devices took it"

# Packed, cut, damaged, and of something else.
gzip -kf a.pcapng
tell a.pcapng.gz >packed
cmp -s is packed || complain "gzip: told otherwise"
size=$(wc -c <a.pcapng)
head -c $((size - 201)) a.pcapng >cut.pcapng
tell cut.pcapng >/dev/null
grep -q 'ends in the middle of record' told || complain "cut: not said"
head -c 12 a.pcapng >short.pcapng
"$dfuscope" explain short.pcapng >out 2>err
grep -q 'ends in the middle of record 1' out err || complain "short: not said"
printf '\324\303\262\241\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0' >ether.pcap
"$dfuscope" explain ether.pcap >out 2>err
[ $? -eq 65 ] || complain "ethernet: not refused"
grep -q 'is readable USB traffic' err || complain "ethernet: not said"
exit $failed
