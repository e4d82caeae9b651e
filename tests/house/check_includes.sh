#!/bin/sh
# SPDX-License-Identifier: ISC
# Who may include and call what under src/. The file rooms and the tables here
# are the rule.

# Library headers that only these files may include.
headers='
libusb.h src/transport/usb.c
libusb.h src/transport/usb_task.c
libusb-1.0/libusb.h src/transport/usb.c
libusb-1.0/libusb.h src/transport/usb_task.c
curses.h src/ui/cells/term.c
ncurses.h src/ui/cells/term.c
ncursesw/curses.h src/ui/cells/term.c
ncursesw/ncurses.h src/ui/cells/term.c
panel.h src/ui/cells/term.c
menu.h src/ui/cells/term.c
form.h src/ui/cells/term.c
term.h src/ui/cells/term.c
'

# C library headers that a room does without: no clock, no files.
below='time.h sys/time.h fcntl.h unistd.h dirent.h sys/stat.h'
without=
for room in dfu session diagnosis analysis job script tool command lesson; do
	without="$without
$room: $below"
done

# Functions that only these files may call.
calls='
exit src/main/main.c
_exit src/main/main.c
_Exit src/main/main.c
quick_exit src/main/main.c
err src/main/main.c
errx src/main/main.c
verr src/main/main.c
verrx src/main/main.c
errc src/main/main.c
abort src/base/mem.c
'

here=$(dirname "$0")
. "$here/lib.sh"
rooms=$(room_rows)
export rooms headers without calls

files=$(c_files src)
if [ -z "$files" ]; then
	echo "check_includes: no sources under $tree/src" >&2
	exit 1
fi

includes=$(code 1 $files | awk '
function room_of(file, parts, n) {
	n = split(file, parts, "/")
	if (n > 3 && parts[2] == "ui")
		return parts[2] "/" parts[3]
	return parts[2]
}
function complain(what) { print file ":" line ": " what }
BEGIN {
	n = split(ENVIRON["rooms"], rows, "\n")
	for (i = 1; i <= n; i++) {
		k = split(rows[i], word, " ")
		room = word[1]
		sub(/:$/, "", room)
		if (k > 0)
			known[room] = 1
		for (j = 2; j <= k; j++)
			may[room, word[j]] = 1
	}
	n = split(ENVIRON["headers"], rows, "\n")
	for (i = 1; i <= n; i++)
		if (split(rows[i], word, " ") == 2)
			only[word[1]] = only[word[1]] " " word[2]
	n = split(ENVIRON["without"], rows, "\n")
	for (i = 1; i <= n; i++) {
		k = split(rows[i], word, " ")
		room = word[1]
		sub(/:$/, "", room)
		for (j = 2; j <= k; j++)
			lacks[room, word[j]] = 1
	}
}
{
	i = index($0, ":")
	file = substr($0, 1, i - 1)
	text = substr($0, i + 1)
	i = index(text, ":")
	line = substr(text, 1, i - 1)
	text = substr(text, i + 1)
	room = room_of(file)
	if (!(room in known) && !(room in strange)) {
		strange[room] = 1
		complain("room " room " is not in the table")
	}
	if (text !~ /^[ \t]*#[ \t]*include/)
		next
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", text)
	form = substr(text, 1, 1)
	if (form != "<" && form != "\"") {
		complain("includes a macro")
		next
	}
	name = substr(text, 2)
	sub(/[">].*/, "", name)
	if (name in only) {
		if (index(only[name] " ", " " file " ") == 0)
			complain(name " belongs to" only[name])
		next
	}
	if ((room, name) in lacks) {
		complain("room " room " does without " name)
		next
	}
	there = room_of("src/" name)
	if (name ~ /(^|\/)\.\.?\//)
		complain("includes " name " by a relative path")
	else if (name == "config.h" || there == room)
		next
	else if (form == "<" && !(index(name, "/") && there in known))
		next
	else if (!(there in known))
		complain("includes " name ", which names no room")
	else if (!((room, there) in may) && !((room, name) in may) &&
	    !((room, "*") in may))
		complain("room " room " may not include " name)
}')

called=$(code 0 $files | awk '
BEGIN {
	n = split(ENVIRON["calls"], rows, "\n")
	for (i = 1; i <= n; i++)
		if (split(rows[i], word, " ") == 2)
			only[word[1]] = word[2]
}
{
	split($0, part, ":")
	text = substr($0, length(part[1]) + length(part[2]) + 3)
	while (match(text, /[A-Za-z0-9_.>]*[ \t]*\(/)) {
		name = substr(text, RSTART, RLENGTH - 1)
		sub(/[ \t]+$/, "", name)
		if (name in only && only[name] != part[1])
			print part[1] ":" part[2] ": " name \
			    "() belongs to " only[name]
		text = substr(text, RSTART + RLENGTH)
	}
}')

verdict check_includes "$(printf '%s\n%s\n' "$includes" "$called" |
    sed '/^$/d')"
