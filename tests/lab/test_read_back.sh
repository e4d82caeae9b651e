#!/bin/sh
# SPDX-License-Identifier: ISC
# What the real dfu-util prints on simulated devices, read back: the requests
# that follow from its words are those that the devices saw. LAB_RUN is the
# program lab_run, DFUSCOPE the one under test.

lab=${LAB_RUN:?where lab_run is}
program=${DFUSCOPE:?where dfuscope is}
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0
count=0
healthy=

for tool in dfu-util jq; do
	command -v $tool >/dev/null || {
		echo "test_read_back: $tool is missing (Debian: $tool)" >&2
		exit 1
	}
done

image=$work/image
seq 1 1500 | head -c 5000 >"$image"
at=0x08000000

# The DFU requests of the device's log, one a line.
seen()
{
	awk '$2 == "21" || $2 == "a1" {
		split("DETACH DNLOAD UPLOAD GETSTATUS CLRSTATUS GETSTATE " \
		    "ABORT", names)
		name = names[substr($3, 2) + 1]
		print name (name == "DNLOAD" && $6 == "0000" ? " 0" : "")
	}' "$1"
}

# The same of what explain tells.
told()
{
	jq -r 'select(.type == "request") | .name' "$1" | awk '
		/DNLOAD/ { print "DNLOAD" (/length 0/ ? " 0" : ""); next }
		match($0, /[A-Z]+/) { print substr($0, RSTART, RLENGTH) }'
}

# Where nothing went wrong, nothing but notes is found.
quiet()
{
	jq -r 'select(.type == "log-finding" and .severity != "note") |
		.id' "$work/json" >"$work/found"
	[ -s "$work/found" ] || return 0
	echo "FAIL: $1: found where all is well: $(tr '\n' ' ' <"$work/found")"
	bad=1
}

# back HOW SIM COMMAND: -vvv tells each request; without it nothing tells how
# often a device was asked in a row, and "once" is what HOW says then.
back()
{
	for v in $modes; do
		v=${v#plain}
		count=$((count + 1))
		rm -f "$work/log"
		LAB_LOG=$work/log LAB_LOG_DATA=1 timeout 100 \
		    sh "$here/run.sh" "$lab" "$2" -- sh -c "V=$v; $3" \
		    >"$work/text" 2>&1
		"$program" explain --json "$work/text" >"$work/json" \
		    2>"$work/err"
		[ -z "$healthy" ] || quiet "$2 $v"
		seen "$work/log" >"$work/seen"
		told "$work/json" >"$work/told"
		case $v,$1 in
		-vvv,* | *,all) ;;
		*)	for f in seen told; do
				uniq "$work/$f" >"$work/once"
				mv "$work/once" "$work/$f"
			done ;;
		esac
		[ -s "$work/seen" ] && cmp -s "$work/seen" "$work/told" &&
		    continue
		echo "FAIL: $2 $v: seen, and told:"
		paste "$work/seen" "$work/told" | sed 's/^/	/'
		bad=1
	done
}

dfuse="dfu-util \$V -a0 -D $image -s $at:leave"
plain="dfu-util \$V -a0 -D $image -R"

modes="plain -v -vv -vvv"
back all stm32f072,fail=dnload@7:3 "$dfuse"
back all dfu11 "$plain"
back all stm32f072,stall=dnload@6 "$dfuse"
modes="plain -vvv"
healthy=yes
for sim in stm32f072 st mboot libopencm3 blackmagic gd32; do
	back all $sim "$dfuse"
done
for sim in tinyusb dapboot zephyr; do
	back all $sim "$plain"
done
# It writes before it answers, which no word of dfu-util's tells.
back once uboot "$plain"
healthy=

back all stm32f072,rdp=1 "$dfuse"
back all stm32f072,start=error "$dfuse"
back all stm32f072,start=9 "$dfuse"
back all stm32f072,start=manifest,stuck=never "$dfuse"
back all stm32f072,stall=dnload@1 "$dfuse"
back all stm32f072,stall=dnload@3 "$dfuse"
back all stm32f072,stall=dnload@7 "$dfuse"
back all stm32f072,fail=dnload@6:3 "$dfuse"
back all stm32f072,gone=dnload@7 "$dfuse"
back once stm32f072,stall=getstatus@3 "$dfuse"
back once stm32f072,gone=getstatus@11 "$dfuse"
back once stm32f072,silent=getstatus@9 "$dfuse"
back once stm32f072,gone=getstatus@22 "$dfuse"
back all dfu11,stall=dnload@2 "$plain"
back all dfu11,gone=dnload@3 "$plain"
back all dfu11,fail=dnload@2:3 "$plain"
back once dfu11,stall=getstatus@3 "$plain"
back all dfu11,want=9000 "$plain"
back all dfu11,mode=app,will-detach=0 "$plain"
back all dfu11,mode=app,will-detach=1 "$plain"

healthy=yes
back all stm32f072 "dfu-util \$V -a0 -D $image -s $at:mass-erase:force:leave"
back all stm32f072 "dfu-util \$V -a0 -D $image -s $at;
    dfu-util \$V -a0 -D $image -s $at:leave"
back all stm32f072 "rm -f $work/u; dfu-util \$V -a0 -U $work/u -s $at:5000"
back all dfu11 "rm -f $work/u; dfu-util \$V -a0 -U $work/u"

[ $bad -eq 0 ] && echo "test_read_back: all $count as the devices saw them"
exit $bad
