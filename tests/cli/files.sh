#!/bin/sh
# SPDX-License-Identifier: ISC
# Firmware files as other programs write them: dfu-suffix, dfu-prefix and
# dfuse-pack of dfu-util, objcopy of binutils. What those make, `dfuscope info` must read,
# and what they refuse, it must refuse. Finds the program as ./dfuscope.

for tool in dfu-suffix:dfu-util dfu-prefix:dfu-util dfuse-pack:dfu-util \
    python3:python3 objcopy:binutils ld:binutils jq:jq; do
	command -v "${tool%:*}" >/dev/null && continue
	echo "files.sh: ${tool%:*} is missing (Debian: ${tool#*:})" >&2
	exit 1
done
program=$(pwd)/dfuscope
[ -x "$program" ] || { echo "files.sh: no ./dfuscope" >&2; exit 1; }
checker=$(pwd)/tests/report/check_json
law=$(cd "$(dirname "$0")/../.." && pwd)/data/dfuscope.schema.json
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
tests=0
failed=0

wrong()
{
	echo "files.sh: $line: $1" >&2
	sed 's/^/	/' out err >&2
	failed=$((failed + 1))
}

# What --json printed is as the schema has it.
schema()
{
	"$checker" "$law" <out 2>bad ||
	    wrong "not in the schema: $(cat bad)"
}

# info CODE WORDS...: runs the program; out and err hold what it said.
info()
{
	code=$1
	shift
	line="dfuscope info $*"
	tests=$((tests + 1))
	timeout 60 "$program" info "$@" >out 2>err </dev/null
	got=$?
	[ $got -eq "$code" ] || wrong "exit code $got instead of $code"
	case " $* " in
	*' --json '*) schema ;;
	esac
}

said()
{
	grep -qF -e "$2" "$1" || wrong "$1 does not say: $2"
}

# is FILTER: the one object that --json printed is so.
is()
{
	jq -es 'length == 1 and (.[0] | .v == 2 and .type == "image" and '"$1"')' \
	    out >/dev/null || wrong "not so: $1"
}

# change FILE AT: that byte becomes another.
change()
{
	byte=$(od -An -tu1 -j"$2" -N1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059 # an octal escape
	printf "\\$(printf %o $(((byte + 1) % 256)))" |
	    dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# Every byte value, many times, and no power of two in length.
awk 'BEGIN { for (i = 0; i < 5003; i++)
	printf "%d\n", (i * 167 + int(i / 256) * 13) % 256 }' |
    while read -r byte; do
	printf '\\%o' "$byte"
    done >octal
# shellcheck disable=SC2059 # all of it is escapes
printf "$(cat octal)" >a.bin
[ "$(wc -c <a.bin)" -eq 5003 ] || { echo "files.sh: no a.bin" >&2; exit 1; }

# Raw.
info 0 a.bin
said out 'a.bin: raw binary, 5003 bytes'
said out 'no DFU suffix'
info 0 --json a.bin
data='length: 5003, crc32: '$(jq '.segments[0].crc32' out)
# gzip keeps the same checksum, ahead of the length, at its end.
[ "$(jq '.segments[0].crc32' out)" = "$(gzip -c a.bin | tail -c 8 |
    od -An -tu4 --endian=little -N4 | tr -d ' ')" ] || wrong 'the CRC-32'
is '.kind == "raw binary" and .suffix == null and .size == 5003 and
    .segments == [{'"$data"'}] and .code == 0'

# The suffix of dfu-suffix.
for ids in 0483:df11:2200 ffff:ffff:ffff 1209:0001:0100; do
	cp a.bin a.dfu
	vid=${ids%%:*}
	did=${ids##*:}
	pid=${ids#*:}
	pid=${pid%:*}
	dfu-suffix -v "$vid" -p "$pid" -d "$did" -a a.dfu >/dev/null ||
	    wrong 'dfu-suffix -a failed'
	info 0 --json a.dfu
	is "(.suffix.idVendor == $((0x$vid))) and
	    (.suffix.idProduct == $((0x$pid))) and
	    (.suffix.bcdDevice == $((0x$did))) and .suffix.bcdDFU == 256 and
	    .suffix.good and .segments == [{$data}]"
done
info 0 a.dfu
said out 'for 1209:0001, version 0100'
said out 'which matches'
crc=$(od -An -tx4 --endian=little -j5015 -N4 a.dfu | tr -d ' ')
said out "dwCRC 0x$crc"

# One byte of it changed: refused by both.
for at in 0 1 2500 5002 5003 5005 5007 5009 5011 5012 5013 5014 5015 5018; do
	cp a.dfu b.dfu
	change b.dfu $at
	! dfu-suffix -c b.dfu >/dev/null 2>&1 ||
	    wrong "dfu-suffix -c takes it with byte $at changed"
	info 65 b.dfu
	said out 'WRONG: byte '
done
# Cut: refused by both, as long as a part of the suffix is left to be seen.
for n in 5018 5017 5016 5015 5014; do
	head -c $n a.dfu >b.dfu
	! dfu-suffix -c b.dfu >/dev/null 2>&1 ||
	    wrong "dfu-suffix -c takes $n bytes of it"
	info 65 b.dfu
	said out 'is truncated in its DFU suffix'
done

# A suffix for DfuSe around what is none.
cp a.bin b.dfu
dfu-suffix -S 0x011a -a b.dfu >/dev/null
info 0 b.dfu
said out 'not a DfuSe container'

# The prefixes of dfu-prefix.
cp a.bin b.bin
dfu-prefix -T -s 0x4000 -a b.bin >/dev/null 2>&1 || wrong 'dfu-prefix -T'
info 0 b.bin
said out "prefix of TI's bootloader, for address 0x04000"
cp a.bin b.bin
dfu-prefix -L -a b.bin >/dev/null 2>&1 || wrong 'dfu-prefix -L'
dfu-suffix -a b.bin >/dev/null
info 0 b.bin
said out "prefix of NXP's bootloader"

# A container of dfuse-pack, which counts the suffix in DFUImageSize.
dfuse-pack -b 0x08004000:a.bin -b 0x08000000:a.bin -D 0x0483:0xdf11 c.dfu \
    >/dev/null || wrong dfuse-pack
info 0 --json c.dfu
is ".kind == \"DfuSe\" and .suffix.good and .suffix.bcdDFU == 282 and
    (.targets | map([.alternate, .elements])) == [[0, 2]] and
    .segments == [{address: 134217728, alternate: 0, $data},
    {address: 134234112, alternate: 0, $data}] and
    (.notes | length) == 1"
said out 'includes the suffix'
info 0 -T sim:stm32f072 c.dfu
change c.dfu 1000
info 65 c.dfu
said out 'WRONG: byte '
head -c 4000 c.dfu >cut.dfu
info 65 cut.dfu
said err 'the element for 0x08004000 should have 5003 bytes'

# The same bytes from objcopy, in both formats, at several addresses.
for address in 0 0x08000000 0x0800fff0 0x1fff0 0xffffec75; do
	for format in ihex srec; do
		objcopy -I binary -O $format \
		    --change-addresses $address a.bin b.$format ||
		    wrong "objcopy -O $format at $address"
		info 0 --json b.$format
		is ".segments == [{address: $((address)), $data}] and
		    (.notes | map(.text | test(\"odd address\"))) ==
		    [if $((address % 2)) == 1 then true else empty end]"
	done
done

# Two sections with a gap, as a linker makes them.
for format in ihex srec; do
	objcopy -I binary -O $format --add-section .two=a.bin \
	    --set-section-flags .two=alloc,load,data \
	    --change-section-address .data=0x08000000 \
	    --change-section-address .two=0x08002000 a.bin b.$format ||
	    wrong "objcopy of two sections as $format"
	info 0 --json b.$format
	is ".segments == [{address: 134217728, $data},
	    {address: 134225920, $data}]"
	info 0 b.$format
	said out '0x08000000-0x0800138a            5003 bytes'
	said out '(nothing)                        3189 bytes'
	said out '0x08002000-0x0800338a            5003 bytes'
	# One digit changed.
	sed '2s/[0-8]\(.\{6\}.\?\)$/9\1/' b.$format >c.$format
	cmp -s b.$format c.$format && wrong 'sed changed nothing'
	info 65 c.$format
	said err 'line 2: the checksum is '
	# Without its end.
	sed '$d' b.$format >c.$format
	info 65 c.$format
	said out 'without an end record'
done
# An ELF file that this machine's linker made: it is for this machine, until
# e_machine says ARM. What objcopy takes out of it is what has to be found.
native=$(ld --print-output-format)
objcopy -I binary -O "$native" a.bin a.o || wrong 'objcopy of an object file'
info 65 a.o
arm()
{
	printf '\050\000' | dd of="$1" bs=1 seek=18 conv=notrunc 2>/dev/null
}
arm a.o
info 65 a.o
said err 'an ELF object that was not linked'
cat >script <<'END'
SECTIONS {
	.text 0x08000000 : { *(.data) }
	.two 0x20000000 : AT(0x08002000) { LONG(0x12345678) LONG(1) }
	.bss (NOLOAD) : { . += 64; }
}
END
objcopy -I binary -O "$native" a.bin b.o
ld -T script -e 0 -o b.elf b.o || wrong ld
objcopy -O binary b.elf b.bin || wrong 'objcopy of an ELF file'
arm b.elf
info 0 --json b.elf
is ".kind == \"ELF\" and (.about | startswith(\"for ARM, \")) and
    (.segments | map([.address, .length])) ==
    [[134217728, 5003], [134225920, 8]] and .notes == [] and
    .segments[0].crc32 == $(jq -n "{$data}.crc32")"
dd if=b.bin of=two bs=1 skip=8192 2>/dev/null
info 0 --json two
two=$(jq '.segments[0].crc32' out)
info 0 --json b.elf
is ".segments[1].crc32 == $two"
head -c 4200 b.elf >cut.elf
info 65 cut.elf
said err 'the file ends before: it is truncated'
# Without a script the linker puts its own headers into the segment.
ld -Tdata=0x08000100 -e 0 -o b.elf b.o || wrong 'ld without a script'
arm b.elf
info 0 --json b.elf
is ".segments == [{address: 134217984, $data}] and
    (.notes | map(.text | test(\"ELF headers: 256 bytes, omitted\"))) ==
    [true]"

# gzip, and what it holds; what other archivers make.
gzip -c a.bin >a.bin.gz
info 0 --json a.bin.gz
is ".kind == \"raw binary\" and .unpacked == 5003 and
    .segments == [{$data}]"
gzip -c b.elf >b.elf.gz
info 0 --json b.elf.gz
is ".kind == \"ELF\" and .segments == [{address: 134217984, $data}]"
gzip -c a.bin.gz >a.bin.gz.gz
info 65 a.bin.gz.gz
said err 'the file is gzip inside gzip'
head -c 200 a.bin.gz >cut.gz
info 65 cut.gz
said err 'the gzip file is truncated'
cp a.bin.gz b.gz
change b.gz 200
info 65 b.gz
said err 'the gzip file is'
tar -cf a.tar a.bin
info 65 a.tar
said err 'a tar archive (its first file is "a.bin")'
tar -czf a.tgz a.bin
info 65 a.tgz
said err 'a tar archive'
info 65 script
said err 'the file is text, neither Intel HEX nor S-record'
info 65 "$program"

# Names, and several files: the worst counts.
info 66 missing
said err 'missing: No such file'
info 66 .
info 66 a.bin missing b.dfu
said out 'b.dfu: raw'
info 65 c.srec a.bin
said out 'a.bin: raw'
: >empty
info 65 --json empty
is '.file == "empty" and .code == 65 and (.error | test("is empty"))'
# Against a device.
info 0 -T sim:stm32f072 b.ihex
said out 'fits'
info 0 -T sim:stm32f072 a.bin
said out 'fits at 0x08000000'
info 0 -T sim:dfu11 a.bin
info 65 -T sim:stm32f072 a.dfu
said out 'NOT FOR THIS DEVICE: the file is for 1209:0001, version 0100; the device is'
cat a.bin a.bin a.bin a.bin a.bin a.bin a.bin a.bin a.bin >big
cat big big big >bigger
info 65 -T sim:stm32f072 bigger
said out 'DOES NOT FIT: the file has data for 0x08000000-0x08020fa8:'
said out '0x08020000 is outside'
info 65 -T sim:stm32f072 -T sim:dfu11 --json bigger
[ "$(jq -c 'select(.type == "fit") | [.fits, .code]' out | tr '\n' ' ')" = \
    '[false,65] [true,0] ' ] || wrong 'not one that fits of two'
info 69 -T sim:stm32f072 -d 1209: a.bin
info 64 -T sim:stm32f07 a.bin
info 64
said err 'info: expected a firmware file'
info 64 --all a.bin
said err '--all'

echo "files.sh: $tests runs, $failed wrong"
[ $failed -eq 0 ]
