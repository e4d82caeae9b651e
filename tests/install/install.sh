#!/bin/sh
# SPDX-License-Identifier: ISC
# What `make install` puts where, what --without-udev leaves out, and that
# the same tree makes the same archive. Runs in a build directory; needs
# appstreamcli.

srcdir=${srcdir:-$(sed -n 's/^srcdir = //p' Makefile)}
work=$(mktemp -d) || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
failed=0

complain()
{
	echo "install: $*"
	failed=1
}

# quietly COMMAND...: shows what it said only if it fails.
quietly()
{
	"$@" >"$work/log" 2>&1 || { tail -20 "$work/log"; exit 1; }
}

# What lies below $work/root, one a line.
installed()
{
	(cd "$work/root" && find . ! -type d | sed 's/^\.//' | LC_ALL=C sort)
}

# archive NAME: the archive of this tree, as NAME.
archive()
{
	quietly make -s dist
	mv dfuscope-*.tar.gz "$work/$1"
}

archive one
(umask 077 && touch Makefile && archive two)
cmp "$work/one" "$work/two" || complain "the same tree, another archive"

# The paths of a distribution; nothing is compiled anew for them.
quietly make -s install DESTDIR="$work/root" prefix=/usr \
    udevrulesdir=/usr/lib/udev/rules.d
installed >"$work/is"
diff -u "$srcdir/tests/install/files" "$work/is" ||
    complain "not the files of tests/install/files"
"$work/root/usr/bin/dfuscope" --version >"$work/log" ||
    complain "the installed program does not run"
cmp "$work/root/usr/lib/udev/rules.d/60-dfuscope.rules" \
    "$srcdir/data/60-dfuscope.rules" || complain "the rule"
(cd "$work/root/usr/share/metainfo" && appstreamcli validate --no-net *) ||
    complain "the metadata"

# The data alone: where --without-udev and a prefix lead.
rm -rf "$work/root"
mkdir "$work/tree" "$work/build" &&
    tar -xzf "$work/one" -C "$work/tree" --strip-components=1 || exit 1
cd "$work/build" || exit 1
quietly "$work/tree/configure" --prefix=/opt/dfuscope --without-udev
quietly make -s install-data-am DESTDIR="$work/root"
installed >"$work/is"
[ -s "$work/is" ] || complain "no data"
! grep udev "$work/is" || complain "a rule in spite of --without-udev"
! grep -v '^/opt/dfuscope/' "$work/is" || complain "files outside the prefix"
exit $failed
