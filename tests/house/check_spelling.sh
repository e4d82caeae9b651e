#!/bin/sh
# SPDX-License-Identifier: ISC
# What users read is spelt right, as hunspell knows it (en_US); words of the
# trade are in the file dictionary beside this one. Judged are words of small
# letters in texts of three words and more: the rest is names.

here=$(dirname "$0")
. "$here/lib.sh"
. "$here/sentences.sh"

# Without hunspell it is skipped, but not where scripts/check runs it.
if ! command -v hunspell >/dev/null; then
	echo "check_spelling: hunspell is not installed" >&2
	[ -z "${SPELLING_DEMANDED-}" ] && exit 77
	exit 1
fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# unknown: those of the words on standard input that hunspell does not know.
unknown()
{
	hunspell -l -d en_US -i UTF-8 -p "$work/dictionary" | sort -u
}

sed '/^#/d' "$here/dictionary" >"$work/dictionary" &&
    all_texts >"$work/texts" &&
    echo known | hunspell -l -d en_US >"$work/none" 2>"$work/said" &&
    [ ! -s "$work/none" ] || {
	echo "check_spelling: hunspell has no en_US:" >&2
	cat "$work/said" >&2
	exit 1
}
# What printf puts in is an N, perhaps before a word.
sed 's/^[^:]*:[0-9]*://' "$work/texts" | awk 'NF >= 3' |
    tr -c "A-Za-z0-9_'-" '\n' | sed "s/^'*//; s/'*$//; s/'s$//" |
    grep -xE "[A-Z]?[a-z]+(-[a-z]+)*('[a-z]+)?" | tr '-' '\n' |
    sort -u | unknown >"$work/first"
{ grep -v '^N' "$work/first"; sed -n 's/^N//p' "$work/first"; } |
    unknown >"$work/words"
verdict check_spelling "$(while read -r word; do
	awk -v word="$word" '$0 ~ "(^|[^A-Za-z])N?" word "([^A-Za-z]|$)" {
		match($0, /^[^:]*:[0-9]*:/)
		print substr($0, 1, RLENGTH) " \"" word "\""
		exit
	}' "$work/texts"
done <"$work/words")"
