#!/bin/sh
# SPDX-License-Identifier: ISC
# The Debian package: built from the archive, without errors of lintian's,
# installed in a clean root, run and removed there. Runs in a build
# directory; needs root, mmdebstrap, lintian, debhelper and the network.

srcdir=${srcdir:-$(sed -n 's/^srcdir = //p' Makefile)}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
set -e

make -s dist
version=$(echo dfuscope-*.tar.gz | sed 's/dfuscope-\(.*\)\.tar\.gz/\1/')
mv "dfuscope-$version.tar.gz" "$work/dfuscope_$version.orig.tar.gz"
tar -xzf "$work/dfuscope_$version.orig.tar.gz" -C "$work"
cp -r "$srcdir/packaging/debian" "$work/dfuscope-$version/debian"
# The tests were run before.
(cd "$work/dfuscope-$version" &&
    DEB_BUILD_OPTIONS=nocheck dpkg-buildpackage -us -uc)
lintian --fail-on error --suppress-tags bad-distribution-in-changes-file \
    "$work"/*.changes

root=$work/root
mmdebstrap --variant=minbase --quiet "$(. /etc/os-release &&
    echo "$VERSION_CODENAME")" "$root"
find "$root" | LC_ALL=C sort >"$work/before"
cp "$work"/dfuscope_*.deb "$root/tmp/dfuscope.deb"
in_root()
{
	chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}
# mmdebstrap leaves no lists of packages.
in_root apt-get update -qq
in_root apt-get install -qq -y --no-install-recommends /tmp/dfuscope.deb
in_root dpkg --verify dfuscope
in_root dfuscope --version
in_root dfuscope run -T sim:stm32f072 -x 'getstatus; expect state dfuIDLE'
# What the program and udevd look for is where they look for it. A clean root
# has no /sys, without which nothing can be traced.
in_root dpkg -L dfuscope >"$work/files"
tap=$(grep '/dfuscope-tap\.so$' "$work/files")
grep -qF "${tap%/*}" "$root/usr/bin/dfuscope" ||
    { echo "the program does not look for $tap"; exit 1; }
grep -q '^\(/usr\)*/lib/udev/rules\.d/60-dfuscope\.rules$' "$work/files" ||
    { echo "the rule is not where udevd looks"; exit 1; }
in_root apt-get purge -qq -y dfuscope
rm "$root/tmp/dfuscope.deb"
find "$root" | LC_ALL=C sort >"$work/after"
# Its libraries stay, and what apt and dpkg keep for themselves.
left=$(comm -13 "$work/before" "$work/after" | grep dfuscope |
    grep -v -e /var/cache/ -e /var/log/) || true
[ -z "$left" ] || { echo "left behind: $left"; exit 1; }
