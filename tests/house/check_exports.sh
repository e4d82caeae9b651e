#!/bin/sh
# SPDX-License-Identifier: ISC
# Judges a file by what it exports: each symbol begins with the file's name,
# with the first words of it, or with its room's name, in the singular or in
# the plural. The table "exports" beside this has the exceptions.
#
#	check_exports.sh [DIRECTORY]	with the libraries, libROOM.a

here=$(dirname "$0")
. "$here/lib.sh"
dir=${1:-${top_builddir:-.}}
rows=$(sed '/^#/d; /^$/d' "${EXPORTS:-$here/exports}")
export rows
NM=${NM:-nm}

symbols()	# "ROOM FILE SYMBOL"
{
	for library in "$dir"/lib*.a; do
		room=${library##*/lib}
		room=${room%.a}
		case $room in
		check | lab)	continue ;;
		ui_*)		room=ui/${room#ui_} ;;
		esac
		$NM -P "$library" 2>/dev/null | awk -v room="$room" '
		/\]:$/ {
			file = $0
			sub(/^.*\[(lib[a-z_]*_a-)?/, "", file)
			sub(/\.o\]:$/, "", file)
		}
		NF >= 2 && $2 ~ /[TDBRCV]/ && $1 !~ /^__/ { print room, file, $1 }'
	done
}

found=$(symbols | awk '
function begins(symbol, word)
{
	sub(/s$/, "", word)
	return (index(symbol, word) == 1 &&
	    substr(symbol, length(word) + 1) ~ /^s?(_|$)/)
}
function named(symbol, room, file,	n, i, word, words)
{
	n = split(file, word, "_")
	for (i = 1; i <= n; i++) {
		words = words (i > 1 ? "_" : "") word[i]
		if (begins(symbol, words))
			return (1)
	}
	sub(/^.*\//, "", room)
	return (begins(symbol, room))
}
BEGIN {
	n = split(ENVIRON["rows"], row, "\n")
	for (i = 1; i <= n; i++) {
		split(row[i], side, ": *")
		k = split(side[2], word, " ")
		for (j = 1; j <= k; j++)
			but[side[1], word[j]] = 1
	}
}
{
	any = 1
	if (named($3, $1, $2))
		next
	for (key in but) {
		split(key, part, SUBSEP)
		if ((part[1] == $1 || part[1] == $1 "/" $2) &&
		    begins($3, part[2])) {
			used[key] = 1
			next
		}
	}
	print $1 "/" $2 ": exports " $3
}
END {
	if (!any)
		print "no libraries"
	for (key in but) {
		split(key, part, SUBSEP)
		if (!(key in used))
			print part[1] ": is excepted for " part[2] \
			    ", which it does not export"
	}
}' | sort)
verdict check_exports "$found"
