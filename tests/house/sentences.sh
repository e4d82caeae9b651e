# SPDX-License-Identifier: ISC
# The texts that users read, a line each as FILE:LINE:TEXT; sourced by the checks
# that judge them.

# texts FILE...: each text of C sources as FILE:LINE:TEXT; those that a
# compiler would join are one, and what printf puts in is one word.
texts()
{
	code 1 "$@" | awk '
	function flush()
	{
		if (text != "")
			print file ":" line ":" text
		text = ""
	}
	{
		i = index($0, ":"); name = substr($0, 1, i - 1)
		rest = substr($0, i + 1)
		i = index(rest, ":"); n = substr(rest, 1, i - 1)
		rest = substr(rest, i + 1)
		if (name != file)
			flush()
		file = name
		if (rest ~ /^[ \t]*#/) {
			flush()
			next
		}
		while (rest != "") {
			c = substr(rest, 1, 1)
			if (c == "\047") {
				match(rest, /^\047(\\.[^\047]*|[^\047\\])\047/)
				rest = substr(rest, RLENGTH > 0 ? RLENGTH + 1 : 2)
				flush()
			} else if (c == "\"") {
				match(rest, /^"([^"\\]|\\.)*"/)
				if (RLENGTH < 1)
					break
				if (text == "")
					line = n
				text = text substr(rest, 2, RLENGTH - 2)
				rest = substr(rest, RLENGTH + 1)
			} else if (match(rest, /^[ \t]+/)) {
				rest = substr(rest, RLENGTH + 1)
			} else if (match(rest, /^PRI[a-zA-Z0-9]+/)) {
				rest = substr(rest, RLENGTH + 1)
			} else {
				flush()
				rest = substr(rest, 2)
			}
		}
	}
	END { flush() }' | sed -E 's/\\n/ | /g; s/\\t/ /g; s/\\"/"/g
	    s/%[-+ #0]*[0-9*]*(\.[0-9*]+)?(hh|h|ll|l|j|z|t)?[a-zA-Z]?/N/g'
}

# prose FILE...: pages as FILE:LINE:TEXT, a paragraph a line; what is to be
# typed or comes from a table is left out. A lesson has a text a line, and of a
# recipe the comments are read.
prose()
{
	[ $# -gt 0 ] || return 0
	(cd "$tree" && awk '
	function flush()
	{
		if (text != "")
			print file ":" line ":" text
		text = ""
	}
	FNR == 1 {
		flush()
		skip = fence = display = 0
		lesson = FILENAME ~ /\.lesson$/
		recipe = FILENAME ~ /\.recipe$/
	}
	/^\.\\" table / { skip++ }
	/^\.\\" end/ { skip-- }
	/^\.Bd / { display = 1 }
	/^\.Ed/ { display = 0 }
	/^\.Sh / { names = /SYNOPSIS|SEE ALSO/ }
	/^```/ { fence = !fence; flush(); next }
	skip || fence || display || names { next }
	lesson || /^\|/ { flush() }
	lesson && !/^(title|text|choice|right|why|hint|more|card) / { next }
	recipe && !sub(/^# */, "") { flush(); next }
	/^    / || /^$/ || /^#/ || /^\.(Sh|Ss|Pp|It|Bl|El|Bd|Ed|Dl)/ {
		flush(); next
	}
	{
		sub(/^\.[A-Z][a-z] /, "")
		gsub(/\\\((dq|aq)/, " ")
		gsub(/\\[-&]/, "-")
		if (lesson)
			sub(/^[a-z]+ /, "")
		if (text == "")
			line = FNR
		file = FILENAME
		text = text (text == "" ? "" : " ") $0
	}
	END { flush() }' "$@")
}

# All of them: texts in the sources, lessons, recipes, README and manual pages.
all_texts()
{
	# shellcheck disable=SC2046 # lists of words
	texts $(c_files src | grep '\.[ch]$\|\.def$')
	# shellcheck disable=SC2046
	prose $(cd "$tree" && ls README.md man/*.[1-8] data/lessons/*.lesson \
	    data/recipes/*.recipe 2>/dev/null)
}
