#!/bin/sh
# SPDX-License-Identifier: ISC
# Nothing that is shipped names a directory of the machine it was made on.

# Extended regular expressions of the first directory of such a path; the
# brackets keep this table from finding itself.
places='[w]ork [h]ome [r]oot [U]sers [t]mp/build'

here=$(dirname "$0")
. "$here/lib.sh"

pattern=
for p in $places; do
	pattern="${pattern:+$pattern|}$p"
done
pattern="(^|[^A-Za-z0-9_.~})*])/($pattern)/"

cd "$tree" || exit 1
shipped=
for f in README* *.md COPYING configure.ac Makefile.am .clang-format .ci \
    src tests man data scripts; do
	[ ! -e "$f" ] || shipped="$shipped $f"
done
if [ -z "$shipped" ]; then
	echo "check_text: nothing to read in $tree" >&2
	exit 1
fi
# A build in the source tree leaves its products among the sources.
findings=$(find $shipped -type f ! -name '*.log' ! -name '*.trs' \
    ! -name '*.o' ! -name '*.a' ! -name '*.P?' \
    -exec grep -HnIE "$pattern" {} + | sort)
verdict check_text "$findings"
