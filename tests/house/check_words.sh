#!/bin/sh
# SPDX-License-Identifier: ISC
# What users read: none of the phrases of words.tsv, no sentence of more than
# 25 words. Read are the texts in the sources, the lessons, the recipes, the
# README, CHANGELOG and CONTRIBUTING, and the manual pages (their tables are the
# sources' texts).

here=$(dirname "$0")
. "$here/lib.sh"
. "$here/sentences.sh"
most=25

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
			exact[n] = sub(/^=/, "", pattern[n])
			if (!exact[n])
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
			if (match(exact[i] ? text : low, pattern[i]))
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

# Numbers in what the program printed: plurals of one, and no time at all.
shown()
{
	nouns='blocks|bytes|events|polls|requests|rounds|runs|sectors|times'
	(cd "$tree" && find tests/differential/expected tests/ui/golden \
	    tests/report/golden -name '*.t*xt' 2>/dev/null | sort |
	    xargs -r grep -HnE "(^|[( ])1 ($nouns)([^a-z]|\$)|[^0-9]0\.0 ms" |
	    cut -c1-160)
}

# shellcheck disable=SC2046 # a list of words
all=$(all_texts; prose $(cd "$tree" &&
    ls CHANGELOG.md CONTRIBUTING.md 2>/dev/null))
verdict check_words "$(printf '%s\n' "$all" | phrases
    printf '%s\n' "$all" | long_ones
    shown)"
