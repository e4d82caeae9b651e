#!/bin/sh
# SPDX-License-Identifier: ISC
# Proves the order of the rooms by what is linked: a symbol that a room's
# library needs and that is defined in this program is defined in the room
# itself or in one that it stands on.
#
#	check_symbols.sh [DIRECTORY]	with the libraries, libROOM.a

here=$(dirname "$0")
. "$here/lib.sh"
dir=${1:-${top_builddir:-.}}
rooms=$(room_rows)
export rooms
NM=${NM:-nm}

symbols()	# "ROOM KIND SYMBOL"
{
	for library in "$dir"/lib*.a; do
		room=${library##*/lib}
		room=${room%.a}
		case $room in
		check | lab)	continue ;;
		ui_*)		room=ui/${room#ui_} ;;
		esac
		$NM -P "$library" 2>/dev/null | awk -v room="$room" '
		NF >= 2 && $1 !~ /:$/ { print room, $2, $1 }'
	done
}

found=$(symbols | awk '
BEGIN {
	n = split(ENVIRON["rooms"], rows, "\n")
	for (i = 1; i <= n; i++) {
		k = split(rows[i], word, " ")
		room = word[1]
		sub(/:$/, "", room)
		known[room] = 1
		for (j = 2; j <= k; j++) {
			all[room] = all[room] || word[j] == "*"
			sub(/\/[^\/]*\.h$/, "", word[j])
			may[room, word[j]] = 1
		}
	}
}
!($1 in known) && !($1 in strange) {
	strange[$1] = 1
	print $1 ": is not in the table of rooms"
}
$2 ~ /[TDBRCV]/ { home[$3] = $1; defined++ }
$2 == "U" { needs[$1, $3] = 1; rooms[$1, $3] = $1; names[$1, $3] = $3 }
END {
	if (defined == 0)
		print "no libraries"
	for (key in needs) {
		room = rooms[key]
		there = home[names[key]]
		if (there == "" || there == room || all[room] ||
		    (room, there) in may)
			continue
		print room ": needs " names[key] " of " there
	}
}' | sort)
verdict check_symbols "$found"
