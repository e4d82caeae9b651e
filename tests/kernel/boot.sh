#!/bin/bash
# SPDX-License-Identifier: ISC
# boot.sh: boots Debian's stock kernel in QEMU, without KVM, and runs
# tests/kernel/guest.sh in there, on devices that dfuscope itself serves. The
# guest sees what `make install` installs of this build, where it installs it,
# and the real dfu-util and usbip, with their libraries, in its initramfs, and
# nothing of this machine. Runs in a build directory.
#
# KERNEL_CACHE	where the kernel is kept between runs (kernel-cache)
# KERNEL_TESTS	names of the tests to run (all)
# KERNEL_CAPTURE	takes what dumpcap saw of the bus there (nowhere)

set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../../scripts/packages.sh"
cache=${KERNEL_CACHE:-kernel-cache}
limit=600	# seconds, for the whole boot
export PATH="$PATH:/usr/sbin:/sbin" LC_ALL=C

# In the order in which they are loaded.
modules='usb-common usbcore usbip-core vhci-hcd usbmon'

die()
{
	echo "boot.sh: $*" >&2
	exit 1
}

for tool in qemu-system-x86_64 usbip dfu-util tmux dumpcap cpio xz dpkg-deb \
    ldd; do
	command -v $tool >/dev/null || die "$tool is missing"
done
busybox=/bin/busybox
[ -x $busybox ] || die "busybox is missing"
! ldd $busybox >/dev/null 2>&1 || die "busybox is not the static one"

newest_kernel()
{
	apt-cache depends linux-image-amd64 2>/dev/null |
	    sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1
}

# unpack PACKAGE DIRECTORY: of the distribution, without installing it.
unpack()
{
	local deb

	mkdir -p "$2" && (cd "$2" && apt-get -qq download "$1" 2>&1) ||
	    die "cannot download $1"
	deb=$(echo "$2"/*.deb)
	dpkg-deb -x "$deb" "$2" || die "cannot unpack $deb"
	rm "$deb"
}

# The newest kernel that the distribution has, and its udev.
fetch_kernel()
{
	local name

	name=$(newest_kernel)
	if [ -z "$name" ]; then
		packages_log=/dev/null
		packages_apt update || exit 1
		name=$(newest_kernel)
	fi
	[ -n "$name" ] || die "there is no package linux-image-amd64"
	kernel=$cache/$name
	[ ! -e "$kernel/vmlinux" ] || return 0
	rm -rf "$cache"
	unpack udev "$cache/new/udev"
	unpack "$name" "$cache/new"
	unpack_kernel "$cache/new/boot/vmlinuz-"* >"$cache/new/vmlinux"
	mv "$cache/new" "$kernel"
}

# An uncompressed kernel starts in half the time: what the image carries is
# found by the magic number of xz. Bytes follow it that are none of its.
unpack_kernel()
{
	local at

	at=$(grep -abo -m1 $'\xfd7zXZ' "$1" | head -n 1 | cut -d: -f1)
	[ -n "$at" ] || die "$1 is not packed with xz"
	tail -c +$((at + 1)) "$1" | xz -dc 2>/dev/null
}

# add FILE [PLACE]: into the initramfs, with the libraries that it needs.
add()
{
	local to=$root${2:-$1}

	mkdir -p "$(dirname "$to")" && cp -L "$1" "$to" || exit 1
	ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		[ -e "$root$library" ] || add "$library"
	done
}

# installed NAME [MODE]: where the file of that name, one that has a bit of
# MODE, lies below $work/installed.
installed()
{
	local files

	files=$(cd "$work/installed" && find . -type f -name "$1" \
	    -perm "/${2:-444}")
	[ -n "$files" ] || die "make install has no $1"
	echo "${files#.}"
}

# What make install puts into a root, each file where it belongs. The guest
# finds the program, as it were, by its PATH, and the rule by /etc/rule.
add_installed()
{
	local program

	make -s install DESTDIR="$work/installed" >"$work/log" 2>&1 ||
	    { cat "$work/log"; die "make install failed"; }
	cp -r "$work/installed/." "$root/" || exit 1
	program=$(installed dfuscope 111) || exit 1
	add "$work/installed$program" "$program"
	[ "$program" = /usr/bin/dfuscope ] ||
	    ln -s "$program" "$root/usr/bin/dfuscope" || exit 1
	installed 60-dfuscope.rules >"$root/etc/rule" || exit 1
}

fetch_kernel
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,dev,etc,proc,run,sys,tmp,usr/bin,var/run} || exit 1
add $busybox /bin/busybox
add_installed
add "$(command -v dfu-util)" /usr/bin/dfu-util
add "$(command -v usbip)" /usr/bin/usbip
add "$(command -v tmux)" /usr/bin/tmux
add "$(command -v dumpcap)" /usr/bin/dumpcap
add /lib/terminfo/s/screen-256color
add /usr/lib/locale/C.utf8/LC_CTYPE
add "$kernel/udev/bin/udevadm" /bin/udevadm
add "$kernel/udev/bin/udevadm" /lib/systemd/systemd-udevd
add "$kernel/udev/lib/udev/rules.d/50-udev-default.rules" \
    /lib/udev/rules.d/50-udev-default.rules
for module in $modules; do
	file=$(find "$kernel/lib/modules" -name "$module.ko")
	[ -n "$file" ] || die "the kernel has no $module"
	add "$file" "/modules/$module.ko"
done
echo "$modules" >"$root/modules/list"
echo "${KERNEL_TESTS-}" >"$root/etc/tests"
mkdir -p "$root/usr/share/misc" && : >"$root/usr/share/misc/usb.ids"
printf 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' \
    >"$root/etc/passwd"
printf 'root:x:0:\nplugdev:x:46:nobody\nnogroup:x:65534:\n' \
    >"$root/etc/group"
cp "$here/guest.sh" "$root/init" && chmod 755 "$root/init" || exit 1
(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet) \
    >"$work/initramfs" || die "no initramfs"

# The first serial line is the console, the second what the tests say.
timeout -k 10 "$limit" qemu-system-x86_64 -accel tcg -cpu qemu64 -smp 1 \
    -m 512 -nodefaults -no-reboot -display none \
    -serial "file:$work/console" -serial "file:$work/said" \
    -kernel "$kernel/vmlinux" -initrd "$work/initramfs" -append \
    'console=ttyS0 quiet mitigations=off tsc=reliable no_timer_check panic=-1'
code=$?
tr -d '\r' <"$work/said" | grep -v '^#= '
[ -z "${KERNEL_CAPTURE-}" ] || tr -d '\r' <"$work/said" |
    sed -n 's/^#= //p' | base64 -d >"$KERNEL_CAPTURE"
if [ $code -ne 0 ] || ! grep -q '^# TOTAL' "$work/said"; then
	echo "boot.sh: the guest did not get to its end (QEMU: $code)"
	tail -n 40 "$work/console"
	exit 1
fi
grep -q '^# FAIL: *0' "$work/said"
