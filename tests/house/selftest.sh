#!/bin/sh
# SPDX-License-Identifier: ISC
# Proves that each check of this directory can fail: it must accept a small
# good tree, and refuse every bad one and name the place.

LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
good=$work/good
bad=$work/bad
failed=0
ran=0

repeat()	# repeat N TEXT: N lines
{
	awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) print text }'
}

header()	# header FILE GUARD
{
	printf '#ifndef %s\n#define %s\n#endif\n' "$2" "$2" >"$1"
}

accept()	# accept CHECK TREE
{
	ran=$((ran + 1))
	if ! said=$("$here/$1.sh" "$2" 2>&1); then
		echo "$1 refuses a good tree:"
		printf '%s\n' "$said"
		failed=$((failed + 1))
	fi
}

fresh()
{
	rm -rf "$bad"
	cp -R "$good" "$bad"
}

refuse()	# refuse CHECK PLACE: $bad, naming FILE:LINE
{
	ran=$((ran + 1))
	if said=$("$here/$1.sh" "$bad" 2>&1); then
		echo "$1 accepts what is bad at $2"
		failed=$((failed + 1))
	elif ! printf '%s\n' "$said" | grep -q "^$2:"; then
		echo "$1 refuses, but does not name $2:"
		printf '%s\n' "$said"
		failed=$((failed + 1))
	fi
	fresh
}

add()		# add FILE LINE: appends it to a file of $bad
{
	mkdir -p "$(dirname "$bad/$1")"
	printf '%s\n' "$2" >>"$bad/$1"
}

# The good tree: everything that looks like a fault and is none.
for room in base wire dfu trace device session diagnosis transport report \
    ui/cells ui/view loop main; do
	mkdir -p "$good/src/$room"
done
mkdir -p "$good/tests/dfu" "$good/man"
header "$good/src/base/mem.h" BASE_MEM_H
header "$good/src/transport/transport.h" TRANSPORT_TRANSPORT_H
header "$good/src/loop/loop.h" LOOP_LOOP_H
header "$good/src/dfu/spec.h" DFU_SPEC_H
header "$good/tests/dfu/check.h" DFU_CHECK_H
printf '#include <libusb.h>\n' >"$good/src/transport/usb.c"
cp "$good/src/transport/usb.c" "$good/src/transport/usb_task.c"
printf '#include <curses.h>\n' >"$good/src/ui/cells/term.c"
printf '#include "base/mem.h"\n\n	abort();\n' >"$good/src/base/mem.c"
printf '#include "ui/view/view.h"\n\n	exit(0);\n' \
    >"$good/src/main/main.c"
{
	printf '#include "config.h"\n#include "loop/loop.h"\n'
	printf '#include "transport/transport.h"\n#include <poll.h>\n'
	printf '/* exit(1) and #include "ui/x.h" */\n'
	printf '	f("exit(1); strcpy(a, b)", %s);\n' "'\"'"
	printf '	p->exit(1); sim_abort(s); snprintf(s, n, "x");\n'
} >"$good/src/loop/loop.c"
printf 'The program finds its files at home/, in network/work/x.\n' \
    >"$good/README.md"
for check in check_includes check_headers check_style check_text; do
	accept $check "$good"
done

# An empty tree must not pass for a clean one.
for check in check_includes check_headers check_style check_text; do
	ran=$((ran + 1))
	mkdir -p "$work/empty"
	if "$here/$check.sh" "$work/empty" >/dev/null 2>&1; then
		echo "$check accepts an empty tree"
		failed=$((failed + 1))
	fi
done

fresh
# room, and a header that it may not include
while read -r room name; do
	add "src/$room/x.c" "#include \"$name\""
	refuse check_includes "src/$room/x.c:1"
done <<'ROWS'
base wire/xfer.h
wire dfu/spec.h
dfu trace/event.h
trace session/session.h
device dfu/spec.h
device trace/event.h
transport session/session.h
session diagnosis/sessions.h
diagnosis transport/transport.h
diagnosis ui/view/view.h
job report/text.h
report transport/transport.h
ui/cells session/session.h
ui/view ui/input/input.h
ui/view device/sim.h
ui/view report/text.h
ui/input loop/loop.h
base ../wire/xfer.h
base nowhere/x.h
ROWS
while read -r file name; do
	add "$file" "#  include <$name>"
	refuse check_includes "$file:1"
done <<'ROWS'
src/transport/link.c libusb.h
src/transport/link.c libusb-1.0/libusb.h
src/ui/view/view.c curses.h
src/ui/view/view.c ncursesw/curses.h
src/ui/view/view.c device/sim.h
src/session/x.c time.h
ROWS
add src/loop/loop.c '#include "transport/usb.h"'
refuse check_includes src/loop/loop.c:8
add src/loop/loop.c '#include "ui/cells/term.h"'
refuse check_includes src/loop/loop.c:8
add src/wire/x.c '#include HEADER'
refuse check_includes src/wire/x.c:1
add src/shed/x.c 'int x;'
refuse check_includes src/shed/x.c:1
for call in 'exit(1)' '_exit (1)' 'err(1, "x")' 'errx(1, "x")' 'abort()'; do
	add src/ui/view/x.c '/* before'
	add src/ui/view/x.c "*/	(void)f(1); $call;"
	refuse check_includes src/ui/view/x.c:2
done
add src/main/main.c '	abort();'
refuse check_includes src/main/main.c:4

# Libraries in which the arrow points down, and one in which it runs back up.
archive()	# archive ROOM C
{
	printf '%s\n' "$2" >x.c
	${CC:-cc} -c -o x.o x.c && rm -f "$libraries/lib$1.a" &&
	    ar cr "$libraries/lib$1.a" x.o || exit 1
}
libraries=$work/libraries
mkdir "$libraries"
archive session 'int session_x(void) { return (1); }'
archive diagnosis 'int session_x(void);
int verdict_x(void) { return (session_x()); }'
accept check_symbols "$libraries"
archive session 'int verdict_x(void);
int session_x(void) { return (verdict_x()); }'
cp "$libraries"/*.a "$bad"
refuse check_symbols session
rm "$libraries"/*.a
for check in check_symbols check_exports; do
	"$here/$check.sh" "$libraries" >/dev/null 2>&1 && {
		echo "$check accepts that there are no libraries"
		failed=$((failed + 1))
	}
done

# The archives' only file is x.c.
EXPORTS=$work/exports
export EXPORTS
: >"$EXPORTS"
archive ui_list 'int x(void) { return (1); }
static int y(void) { return (1); }
int x_y(void) { return (y()); }
int xs_y[1] = { 0 };
int list_y(void) { return (1); }'
accept check_exports "$libraries"
for symbol in y xy_z lists2 list2 ui_x; do
	archive ui_list "int $symbol(void) { return (1); }"
	cp "$libraries"/*.a "$bad"
	refuse check_exports ui/list/x
done
for row in 'ui/list: area y' 'ui/list/x: y area'; do
	archive ui_list 'int y_z(void) { return (1); }
int area_y(void) { return (1); }'
	echo "$row" >"$EXPORTS"
	accept check_exports "$libraries"
	archive ui_list 'int y_z(void) { return (1); }'
	cp "$libraries"/*.a "$bad"
	refuse check_exports "${row%%:*}"
done
echo 'ui/list/y: y' >"$EXPORTS"
cp "$libraries"/*.a "$bad"
refuse check_exports ui/list/x
rm "$libraries"/*.a
unset EXPORTS

# A program with all of it, and one without each.
unset HARDEN HARDENED
echo '#include <stdio.h>
int main(int n, char **v) { char b[64]; snprintf(b, (size_t)n + 8, "%s", v[0]);
return (puts(b)); }' >"$work/x.c"
flags='-O2 -fstack-protector-strong -fPIE -U_FORTIFY_SOURCE
    -D_FORTIFY_SOURCE=2'
links='-pie -Wl,-z,relro -Wl,-z,now'
program()	# program DIRECTORY FLAGS...
{
	to=$1
	shift
	${CC:-cc} "$@" -o "$to/dfuscope" "$work/x.c"
}
# shellcheck disable=SC2086 # words
program "$good" $flags $links
accept check_hardening "$good"
for without in '-fno-pie -no-pie' -Wl,-z,norelro -Wl,-z,lazy \
    -fno-stack-protector -U_FORTIFY_SOURCE; do
	# shellcheck disable=SC2086
	program "$bad" $flags $links $without
	refuse check_hardening dfuscope
done
rm "$good/dfuscope"

header "$bad/src/wire/usb.h" USB_H
refuse check_headers src/wire/usb.h:1
printf '#ifndef WIRE_USB_H\n#define WIRE_USB\n#endif\n' \
    >"$bad/src/wire/usb.h"
refuse check_headers src/wire/usb.h:2
printf '/* nothing */\n' >"$bad/src/wire/usb.h"
refuse check_headers src/wire/usb.h:1
header "$bad/tests/dfu/check.h" CHECK_H
refuse check_headers tests/dfu/check.h:1
printf '#ifndef WIRE_USB_H\n#define WIRE_USB_H\nuint8_t x(void);\n#endif\n' \
    >"$bad/src/wire/usb.h"
refuse check_headers src/wire/usb.h:1

seventy=$(printf '%70s' '' | tr ' ' x)
add src/wire/x.c "	${seventy}xxx"
refuse check_style src/wire/x.c:1
add tests/dfu/x.c "${seventy}xxx	x"
refuse check_style tests/dfu/x.c:1
add src/wire/x.c 'int x; '
refuse check_style src/wire/x.c:1
add src/wire/x.c "$(printf 'int x;\r')"
refuse check_style src/wire/x.c:1
add src/wire/x.c '        int x;'
refuse check_style src/wire/x.c:1
{
	printf 'int\nf(void)\n{\n'
	repeat 99 '	g();'
	printf '}\n'
} >"$bad/src/wire/x.c"
refuse check_style src/wire/x.c:3
{
	printf 'int\nf(void)\n{\n'
	repeat 98 '	g();'
	printf '}\n'
} >"$bad/src/wire/x.c"
accept check_style "$bad"
fresh
add src/wire/x.c 'int f(void) {'
refuse check_style src/wire/x.c:1
add src/wire/x.c 'typedef struct x x;'
refuse check_style src/wire/x.c:1
for call in strcpy strcat sprintf vsprintf gets; do
	add src/wire/x.c "	if ($call(a, b))"
	refuse check_style src/wire/x.c:1
done
for note in TODO FIXME XXX; do
	add src/wire/x.c "/* $note: later */"
	refuse check_style src/wire/x.c:1
done

for place in work home root Users tmp/build; do
	add man/dfuscope.1 "see /$place/x"
	refuse check_text man/dfuscope.1:1
	add src/wire/x.c "#define HERE \"/$place/x\""
	refuse check_text src/wire/x.c:1
done
place=home
add README.md "Built in (/$place/me/x)."
refuse check_text README.md:2
add .ci/run "cd /$place/x"
refuse check_text .ci/run:1

# Licences: a tree of their own.
licensed=$work/licensed
mkdir -p "$licensed/src" && printf '/* SPDX-License-Identifier: ISC */\n' \
    >"$licensed/src/x.c"
accept check_license "$licensed"
bad_was=$bad bad=$licensed
printf '/* none */\n' >"$licensed/src/y.h"
refuse check_license src/y.h:1
bad=$bad_was

# The texts: a tree of their own, and a program that prints the tables.
good=$work/texts
mkdir -p "$good/tests/golden" "$good/man"
PRINT_TABLES=$work/print_tables
export PRINT_TABLES
printf '#!/bin/sh\necho ".It 64"\n' >"$PRINT_TABLES"
chmod +x "$PRINT_TABLES"
printf 'the screen\n' >"$good/tests/golden/x.txt"
{
	printf '<!-- screen: tests/golden/x.txt -->\n```\nthe screen\n```\n'
	printf '<!-- end -->\n'
} >"$good/README.md"
for table in options commands keys profiles verdicts serve dialects exit; do
	printf '.\\" table %s\n.It 64\n.\\" end\n' $table
done >"$good/man/dfuscope.1"
for table in parameters wrongs; do
	printf '.\\" table %s\n.It 64\n.\\" end\n' $table
done >"$good/man/dfuscope-sim.5"
printf '.\\" table conditions\n.It 64\n.\\" end\n' \
    >"$good/man/dfuscope-recipe.5"
for table in states requests statuses attributes dfuse moves; do
	printf '.\\" table %s\n.It 64\n.\\" end\n' $table
done >"$good/man/dfu.7"
for table in event-kinds event-fields outcomes facts; do
	printf '.\\" table %s\n.It 64\n.\\" end\n' $table
done >"$good/man/dfuscope-journal.5"
for table in json-types json-parts; do
	printf '.\\" table %s\n.It 64\n.\\" end\n' $table
done >"$good/man/dfuscope-json.5"
fresh
accept check_readme "$good"
accept check_man "$good"
printf 'another screen\n' >"$bad/tests/golden/x.txt"
refuse check_readme README.md:1
rm "$bad/tests/golden/x.txt"
refuse check_readme README.md:1
printf 'no screen\n' >"$bad/README.md"
refuse check_readme README.md:1
sed '2s/64/65/' "$good/man/dfuscope.1" >"$bad/man/dfuscope.1"
refuse check_man man/dfuscope.1:2
sed 's/ table keys/ keys/' "$good/man/dfuscope.1" >"$bad/man/dfuscope.1"
refuse check_man man/dfuscope.1:1
cp "$good/man/dfuscope.1" "$bad/man/dfuscope.1"
sed '2s/64/65/' "$good/man/dfuscope-recipe.5" >"$bad/man/dfuscope-recipe.5"
refuse check_man man/dfuscope-recipe.5:2
cp "$good/man/dfuscope-recipe.5" "$bad/man/dfuscope-recipe.5"
sed '2s/64/65/' "$good/man/dfuscope-json.5" >"$bad/man/dfuscope-json.5"
refuse check_man man/dfuscope-json.5:2
sed 's/ table json-parts/ parts/' "$good/man/dfuscope-json.5" \
    >"$bad/man/dfuscope-json.5"
refuse check_man man/dfuscope-json.5:1
cp "$good/man/dfuscope-json.5" "$bad/man/dfuscope-json.5"
sed '2s/64/65/' "$good/man/dfuscope-journal.5" \
    >"$bad/man/dfuscope-journal.5"
refuse check_man man/dfuscope-journal.5:2

# What users read: a tree with a text of each kind.
good=$work/words
mkdir -p "$good/src/ui/view" "$good/man" "$good/data/lessons" \
    "$good/data/recipes"
twenty=$(repeat 5 'a word or two' | tr '\n' ' ')
{
	printf '/* Nobody reads a comment. */\n#include "nobody.h"\n'
	printf 'f("The device answers %%u requests, "\n    "and more.");\n'
} >"$good/src/ui/view/x.c"
printf 'The device answers.\n' >"$good/README.md"
printf '.Sh SYNOPSIS\n.Cm nobody\n.Sh TEXT\nThe device answers.\n' \
    >"$good/man/x.1"
printf 'step\ntext The device answers.\nright nobody\n' \
    >"$good/data/lessons/x.lesson"
printf '# Reads the state.\ngetstate\n' >"$good/data/recipes/x.recipe"
mkdir -p "$good/tests/ui/golden"
printf '1 block sent, 11 blocks of 1 byte, 10.0 ms\n' \
    >"$good/tests/ui/golden/x.txt"
fresh
accept check_words "$good"
add src/ui/view/x.c 'f("Then the device comes "'
add src/ui/view/x.c '    "back.");'
refuse check_words src/ui/view/x.c:5
add src/ui/view/x.c 'f("Nobody answers.");'
refuse check_words src/ui/view/x.c:5
add src/ui/view/x.c "f(\"${twenty}six more words are too many.\");"
refuse check_words src/ui/view/x.c:5
add src/ui/view/x.c 'f("DNLOAD 0 ends it.", "dnload 0 sends a block");'
refuse check_words src/ui/view/x.c:5
add README.md 'It asks on.'
refuse check_words README.md:1
add README.md '| key | What nobody reads. |'
refuse check_words README.md:2
add man/x.1 'That is'
add man/x.1 '.Em for good .'
refuse check_words man/x.1:4
add data/lessons/x.lesson 'why dfuIDLE The device goes on.'
refuse check_words data/lessons/x.lesson:4
add data/recipes/x.recipe '# Looks whether anything came back.'
refuse check_words data/recipes/x.recipe:3
add tests/ui/golden/x.txt '1 blocks sent'
refuse check_words tests/ui/golden/x.txt:2
add tests/ui/golden/x.txt 'waited 0.0 ms'
refuse check_words tests/ui/golden/x.txt:2
if command -v hunspell >/dev/null; then
	accept check_spelling "$good"
	add src/ui/view/x.c 'f("The device answres %srequests", s);'
	refuse check_spelling src/ui/view/x.c:5
	add man/x.1 'The device hangz here.'
	refuse check_spelling man/x.1:4
	add README.md 'It helpz nobody.'
	refuse check_spelling README.md:1
fi

echo "$ran cases, $failed failed"
[ "$failed" -eq 0 ]
