#!/bin/sh
# What users read: none of the phrases of words.tsv, no sentence of more than
# 25 words. Read are the texts in the sources, the lessons, the recipes, the
# README and the manual pages (their tables are the sources' texts).

here=$(dirname "$0")
. "$here/lib.sh"
most=25

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
		if (rest ~ /^[ \t]*#/)
			next
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
# typed or comes from a table is left out.
prose()
{
	(cd "$tree" && awk '
	function flush()
	{
		if (text != "")
			print file ":" line ":" text
		text = ""
	}
	FNR == 1 { flush(); table = 0; fence = 0 }
	/^\.\\" table / { table = 1 }
	/^\.\\" end/ { table = 0 }
	/^```/ { fence = !fence; flush(); next }
	table || fence { next }
	/^    / || /^\|/ || /^$/ || /^#/ || /^\.(Sh|Ss|Pp|It|Bl|El|Bd|Ed|Dl)/ ||
	    /^(send|device|ask|begin|goal|solution|lesson) / { flush(); next }
	{
		sub(/^\.[A-Z][a-z] /, "")
		sub(/^[a-z]+ /, "", $0) || 1
		if (text == "")
			line = FNR
		file = FILENAME
		text = text (text == "" ? "" : " ") $0
	}
	END { flush() }' "$@")
}

# The phrases, of texts on standard input.
phrases()
{
	awk -F '\t' -v rows="$here/words.tsv" '
	BEGIN {
		while ((getline row < rows) > 0) {
			if (row ~ /^#/)
				continue
			split(row, f, "\t")
			n++
			pattern[n] = f[1]; instead[n] = f[2]; but[n] = f[3]
			pattern[n] = tolower(pattern[n])
			gsub(/\\</, "(^|[^a-z0-9_-])", pattern[n])
			gsub(/\\>/, "($|[^a-z0-9_-])", pattern[n])
			gsub(/ /, "[ |]+", pattern[n])
		}
	}
	{
		file = $0; sub(/:.*/, "", file)
		text = $0; sub(/^[^:]*:[0-9]*:/, "", text)
		place = substr($0, 1, length($0) - length(text))
		low = tolower(text)
		for (i = 1; i <= n; i++) {
			if (but[i] != "-" && file ~ but[i])
				continue
			if (match(low, pattern[i]))
				print place " \"" \
				    substr(text, RSTART, RLENGTH) \
				    "\": say " instead[i]
		}
	}'
}

# Sentences that are too long, of texts on standard input.
long_ones()
{
	awk -v most="$most" '
	{
		text = $0; sub(/^[^:]*:[0-9]*:/, "", text)
		place = substr($0, 1, length($0) - length(text))
		n = split(text, sentence, /[.!?:;|]+( |$)|\|/)
		for (i = 1; i <= n; i++) {
			words = split(sentence[i], w, /[ \t]+/)
			if (words > most)
				print place " " words " words: " w[1] " " \
				    w[2] " " w[3] " " w[4] " ..."
		}
	}'
}

list=$(c_files src | grep '\.[ch]$\|\.def$')
pages=$(cd "$tree" && ls README.md man/*.[1-8] data/lessons/*.lesson \
    data/recipes/*.recipe 2>/dev/null)
# shellcheck disable=SC2086 # lists of words
all=$(texts $list; prose $pages)
verdict check_words "$(printf '%s\n' "$all" | phrases
    printf '%s\n' "$all" | long_ones)"
