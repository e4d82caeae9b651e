#!/bin/sh
# SPDX-License-Identifier: ISC
# Each source says under which licence it is, in its first three lines.

here=$(dirname "$0")
. "$here/lib.sh"

findings=$(cd "$tree" && for dir in src tests scripts; do
	[ ! -d $dir ] || find $dir -type f \( -name '*.[ch]' -o -name '*.def' \
	    -o -name '*.sh' \)
done | sort | while read -r f; do
	head -3 "$f" | grep -q 'SPDX-License-Identifier: ISC' ||
	    echo "$f:1: no SPDX-License-Identifier: ISC"
done)
verdict check_license "$findings"
