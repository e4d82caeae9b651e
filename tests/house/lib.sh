# SPDX-License-Identifier: ISC
# What the checks share; sourced. tree is the tree to judge: the first
# argument, or $srcdir, or the present directory.

LC_ALL=C
export LC_ALL
tree=${1:-${srcdir:-.}}

# The C files under the directories named, relative to the tree.
c_files()
{
	(cd "$tree" && for d; do
		[ ! -d "$d" ] || find "$d" -type f \( -name '*.[ch]' -o \
		    -name '*.def' \)
	done | sort)
}

# code KEEP FILE...: the lines as FILE:LINE:TEXT with comments blanked, and
# string and character constants emptied unless KEEP is 1.
code()
{
	keep=$1
	shift
	[ $# -gt 0 ] || return 0
	(cd "$tree" && awk -v keep="$keep" '
	FNR == 1 { comment = 0 }
	{
		text = $0; out = ""; quote = ""
		while (text != "") {
			if (comment) {
				i = index(text, "*/")
				if (i == 0)
					break
				text = substr(text, i + 2)
				comment = 0
				out = out " "
				continue
			}
			c = substr(text, 1, 1)
			if (quote != "") {
				n = c == "\\" ? 2 : 1
				if (keep || c == quote)
					out = out substr(text, 1, n)
				if (c == quote)
					quote = ""
				text = substr(text, n + 1)
				continue
			}
			if (substr(text, 1, 2) == "//")
				break
			if (substr(text, 1, 2) == "/*") {
				comment = 1
				text = substr(text, 3)
				continue
			}
			if (c == "\"" || c == "\047")
				quote = c
			out = out c
			text = substr(text, 2)
		}
		print FILENAME ":" FNR ":" out
	}' "$@")
}

# verdict NAME FINDINGS: prints them and ends the check.
verdict()
{
	[ -n "$2" ] || exit 0
	printf '%s\n' "$2"
	echo "$1: $(printf '%s\n' "$2" | wc -l | tr -d ' ') found" >&2
	exit 1
}

# The rows of the file rooms beside this one.
room_rows()
{
	sed '/^#/d' "$here/rooms"
}
