#!/bin/sh
# SPDX-License-Identifier: ISC
# The part of the house style that a script can judge, in src/ and tests/.

columns=80		# a tab reaches the next multiple of 8
function_lines=100	# from { to }
calls='strcpy strcat sprintf vsprintf gets'
notes='TODO FIXME XXX'

here=$(dirname "$0")
. "$here/lib.sh"
export calls notes

files=$(c_files src tests)
if [ -z "$files" ]; then
	echo "check_style: no sources under $tree/src" >&2
	exit 1
fi

lines=$(cd "$tree" && awk -v columns="$columns" '
function width(s, n, i, parts) {
	gsub(/[\200-\277]/, "", s)
	k = split(s, parts, "\t")
	for (i = 1; i <= k; i++) {
		n += length(parts[i])
		if (i < k)
			n += 8 - n % 8
	}
	return n
}
BEGIN {
	nnotes = split(ENVIRON["notes"], note, " ")
}
{
	if (length($0) > columns / 8 && (w = width($0, 0)) > columns)
		print FILENAME ":" FNR ": " w " columns, at most " columns
	if ($0 ~ /[ \t\r]$/)
		print FILENAME ":" FNR ": blanks at the end of the line"
	if ($0 ~ /^        /)
		print FILENAME ":" FNR ": indented with blanks, not tabs"
	for (i = 1; i <= nnotes; i++)
		if ($0 ~ "(^|[^A-Za-z0-9_])" note[i] "([^A-Za-z0-9_]|$)")
			print FILENAME ":" FNR ": a " note[i] " left behind"
}
' $files)

body=$(code 0 $files | awk -v limit="$function_lines" '
function complain(what) { print part[1] ":" part[2] ": " what }
BEGIN {
	n = split(ENVIRON["calls"], word, " ")
	for (i = 1; i <= n; i++)
		refused[word[i]] = 1
}
{
	split($0, part, ":")
	text = substr($0, length(part[1]) + length(part[2]) + 3)
	if (part[2] == 1)
		start = 0
	if (text ~ /^\{/)
		start = part[2]
	if (text ~ /^\}/) {
		if (start && part[2] - start + 1 > limit)
			print part[1] ":" start ": function of " \
			    part[2] - start + 1 " lines, at most " limit
		start = 0
	}
	if (text ~ /^[A-Za-z_].*\)[ \t]*\{[ \t]*$/)
		complain("the brace of a function stands on its own line")
	if (text ~ /(^|[^A-Za-z0-9_])typedef[ \t]+struct([^A-Za-z0-9_]|$)/)
		complain("typedef struct")
	while (match(text, /[A-Za-z0-9_]+[ \t]*\(/)) {
		name = substr(text, RSTART, RLENGTH - 1)
		sub(/[ \t]+$/, "", name)
		if (name in refused)
			complain(name "()")
		text = substr(text, RSTART + RLENGTH)
	}
}')

verdict check_style "$(printf '%s\n%s\n' "$lines" "$body" | sed '/^$/d')"
