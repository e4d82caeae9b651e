#!/bin/sh
# SPDX-License-Identifier: ISC
# What is exported as a capture, held against tshark: it finds the DFU requests
# of the session, each of them, in their order, with their words beside them.
# DFUSCOPE names the program.

dfuscope=${DFUSCOPE:-./dfuscope}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export HOME="$work"
failed=0

complain()
{
	echo "dissect: $*" >&2
	failed=1
}

# The device is told to tshark, as its version 4.0 knows DFU by few ids alone.
tshark_of()
{
	tshark -r "$1" -d usb.device==65537,usbdfu "$2" "$3" "$4" "$5" \
	    "$6" "$7" 2>"$work/said"
}

check()
{
	profile=$1
	rm -f "$work/a.journal" "$work/a.pcapng"
	"$dfuscope" run -T "sim:$profile" -j "$work/a.journal" --yes -x \
	    "$2; export pcapng $work/a.pcapng" >"$work/out" 2>&1
	[ -s "$work/a.pcapng" ] || {
		complain "$profile: nothing was exported"
		cat "$work/out" >&2
		return
	}
	# The requests of the class: what is asked, in the journal's bytes.
	sed -n 's/.* submit #[0-9]* setup=[2a]1\(..\).*/\1/p' \
	    "$work/a.journal" >"$work/want"
	tshark_of "$work/a.pcapng" -Y "usbdfu && usb.urb_type == 'S'" \
	    -T fields -e usbdfu.command >"$work/is.raw" || {
		complain "$profile: tshark cannot read it"
		cat "$work/said" >&2
	}
	while read -r number; do
		printf '%02x\n' "$number"
	done <"$work/is.raw" >"$work/is"
	[ -s "$work/want" ] || complain "$profile: nothing was asked"
	diff "$work/want" "$work/is" >"$work/diff" || {
		complain "$profile: tshark sees other requests"
		head -n 10 "$work/diff" >&2
	}
	tshark_of "$work/a.pcapng" -Y 'frame.comment contains "GETSTATUS"' \
	    -T fields -e frame.number | grep -q . ||
	    complain "$profile: no words stand at the packets"
	tshark_of "$work/a.pcapng" -Y 'systemd_journal' -T fields -e \
	    frame.number | grep -q . ||
	    complain "$profile: no row for what is no packet"
	echo "$profile: $(wc -l <"$work/is") requests"
}

head -c 5000 /dev/zero >"$work/zero.bin"
for profile in stm32f072 dfu11 uboot zephyr; do
	check "$profile" "flash $work/zero.bin"
done
check stm32f072 "getstatus; getstate; abort"
exit $failed
