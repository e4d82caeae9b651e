#!/bin/sh
# SPDX-License-Identifier: ISC
# The program as it is typed: what it prints, where, and its exit code. Finds
# it as ./dfuscope.

command -v jq >/dev/null || { echo "run.sh: jq is missing" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
program=$(pwd)/dfuscope
[ -x "$program" ] || { echo "run.sh: no ./dfuscope" >&2; exit 1; }
checker=$(pwd)/tests/report/check_json
law=$(cd "$(dirname "$0")/../.." && pwd)/data/dfuscope.schema.json
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
XDG_STATE_HOME=$work/state
export XDG_STATE_HOME
cd "$work" || exit 1
tests=0
failed=0

wrong()
{
	echo "run.sh: $line: $1" >&2
	sed 's/^/	/' out err >&2
	failed=$((failed + 1))
}

# What --json printed is as the schema has it.
schema()
{
	"$checker" "$law" <out 2>bad ||
	    wrong "not in the schema: $(cat bad)"
}

# try CODE WORDS...: runs the program; out and err hold what it said.
try()
{
	code=$1
	shift
	line="dfuscope $*"
	tests=$((tests + 1))
	timeout 60 "$program" "$@" >out 2>err <"${input:-/dev/null}"
	got=$?
	[ $got -eq "$code" ] || wrong "exit code $got instead of $code"
	case " $* " in
	*' --json '*) schema ;;
	esac
}

# said FILE TEXT: the last run said so there.
said()
{
	grep -qF -e "$2" "$1" || wrong "$1 does not say: $2"
}

silent()
{
	[ ! -s "$1" ] || wrong "$1 says something"
}

# There are objects in out, one a line; try has held them against the schema.
json()
{
	[ -s out ] || wrong "out is empty"
	[ "$(wc -l <out)" -eq "$(jq -c . out | wc -l)" ] ||
	    wrong "out is not one object a line"
}

# count N FILTER: so many lines of out are that.
count()
{
	n=$(jq -c "select($2)" out | wc -l)
	[ "$n" -eq "$1" ] || wrong "$n lines with $2 instead of $1"
}

f072=sim:stm32f072

# The engineer with the stuck device.
stuck='set-address 0x08000000; getstatus; wait; getstatus; dnload 2;
getstatus; expect state dfuMANIFEST; getstatus; expect state dfuMANIFEST;
repeat 6 getstatus; expect gone'
# Every job ended well, and what they left in the memory did not.
head -c 8192 /dev/zero | tr '\0' x >image.bin
head -c 1024 image.bin >piece.bin
cut="flash image.bin; dnload 2 @piece.bin; getstatus; reset"
differs="flash piece.bin 0x08000000; read 0x08000000 1024 back.bin replace"
for json in '' --json; do
	try 76 run $json --yes -T $f072,flash=pattern -x "$cut"
	[ -z "$json" ] || count 0 '.type == "result" and .code != 0'
	[ -n "$json" ] || said out 'verdict  incomplete: '
	try 0 run $json --yes -T $f072,flash=pattern -x "$cut; mark complete"
	try 76 run $json --yes -T $f072,flash=pattern,wrp=0-1 -x "$differs"
	[ -z "$json" ] || count 0 '.type == "result" and .code != 0'
	[ -n "$json" ] || said out 'verdict  mismatch: '
	try 0 run $json --yes -T $f072,flash=pattern -x "$differs"
done

for json in '' --json; do
	try 0 run $json -T $f072,stuck=7 -x "$stuck"
	silent err
	[ -z "$json" ] || { json; count 12 '.kind == "submit"'; }
	try 0 run $json -T $f072,stuck=7 -x 'leave 0x08000000'
	said out 'the device left after 8 polls'
	[ -z "$json" ] || { json; count 1 '.type == "session"'; }
	try 76 run $json -T $f072,stuck=never -x 'leave 0x08000000'
	said out 'still reports dfuMANIFEST after 100 polls in 5.3 s'
	said err 'still reports dfuMANIFEST'
	[ -z "$json" ] || { json; count 1 '.code == 76'; }
	try 76 run $json -T $f072,silent=getstatus@3 -x 'leave 0x08000000'
	said out 'unanswered: #4 GETSTATUS'
	[ -z "$json" ] || json
	try 0 run $json -T $f072,start=error \
	    -x 'getstatus; clrstatus; getstatus; expect state dfuIDLE'
	[ -z "$json" ] || json
done

# A job that failed is said first, wherever it is told, and what to do then.
for fault in stall=dnload@4 silent=upload@1 gone=dnload@4 fail=dnload@4:3; do
	try "$([ ${fault%%=*} = gone ] && echo 74 || echo 76)" run --yes \
	    -T $f072,$fault -j "$fault.journal" -x 'flash image.bin'
	sed -n 's/^verdict  //p' out >verdict.run
	sed -n 's/^do       //p' out >do.run
	grep -qE '^(failed|incomplete): ' verdict.run ||
	    wrong "another verdict"
	[ -s do.run ] || wrong "nothing to do"
	# What stands there as an error is another matter than the job.
	told=$([ ${fault%%=*} = silent ] && echo 0 || echo 76)
	try "$told" explain --json "$fault.journal"
	jq -r 'select(.verdict) | "\(.verdict.word): \(.verdict.text)"' out \
	    >verdict.json
	jq -r 'select(.verdict) | .verdict.advice.why' out >do.json
	cmp -s verdict.run verdict.json || wrong "another verdict than run"
	cmp -s do.run do.json || wrong "something else to do than run has"
	try "$told" explain "$fault.journal"
	tr -s ' \n' ' ' <out >flat
	said flat "$(cat verdict.run)"
	said flat "do: $(cat do.run)"
done

# One kind of error at three places is one finding that names them all.
again='getstatus; wait; getstatus; clrstatus'
for json in '' --json; do
	try 0 run $json --yes -T $f072,rdp=1 -x "erase 0x08000000; $again;
	    erase 0x08000800; $again; erase 0x08001000; $again"
	[ -n "$json" ] || said out '#1-#3, #5-#7, #9-#11: errVENDOR'
	[ -n "$json" ] || said out '(found 3 times)'
done
count 1 '.id == "read-protected" and .count == 3 and
    .proofs == [[1, 3], [5, 7], [9, 11]]'

# What is exported is the whole session, however long.
try 0 run -T $f072 -x 'repeat 5000 getstate; export sequence long.txt'
silent err
grep -q 'GETSTATE ×5000 ' long.txt || wrong 'the ladder is not whole'
grep -q 'not kept' long.txt && wrong 'the ladder says that it is not whole'
echo 'export sequence told.txt' >end.recipe
try 0 run -T $f072 end.recipe -x getstate
[ -s told.txt ] || wrong 'a recipe exported nothing'

# What is mistyped is named, and nothing is sent.
try 64 run -T $f072 -x 'getstatus; getstatu'
said err '"getstatu"'
silent out
try 64 run -T simm:stm32f072 -x getstate
said err '"simm:stm32f072"'
try 64 run -T sim:stm32f073 -x getstate
said err '"stm32f073"'
try 64 run -T $f072,stuk=7 -x getstate
said err '"stuk"'
try 64 run -T $f072,stuck=x -x getstate
said err '"x"'
try 64 run -T $f072,silent=getstat@1 -x getstate
said err 'silent: invalid value "getstat@1"'
try 64 run -T $f072
said err 'run: expected'
try 64 frobnicate
said err '"frobnicate"'
try 64 run --frob -T $f072 -x getstate
said err '--frob'
try 64 run -Q -x getstate
said err '-Q'
try 64 run -T
said err '--target needs TARGET'
try 64 list -x getstate
said err '--execute'
try 64 list too many
said err '"too"'
try 64 sims --json
said err '--json'
try 64 list -d xyz
said err '"xyz"'
try 64 list -n -1
said err '"-1"'
try 64 run -T $f072 -x 'erase 0x08000000'
said err 'without confirmation'
try 64 run -T $f072 -x "$(printf 'repeat 1 %.0s' 1 2 3 4 5 6 7 8 9) abort"
said err 'more than 5'

# Devices.
try 0 list -T $f072 -T sim:dfu11,mode=app
said out '0483:df11'
said out 'run-time mode'
said out 'name not read'
silent err
try 0 list --json -T $f072 -T sim:dfu11
json
count 2 '.type == "device"'
count 1 '.dfuse and .functions[0].alternates[1].alternate == 1'
try 0 list -v -T sim:st,descriptors=seven
said out 'warning: The functional descriptor has the 7 bytes of DFU 1.0'
said out '[functional-seven-dfuse;'
said out 'dfu-util assumes DFU 1.0'
silent err
try 0 list -v --json -T sim:dfu11,wrong=size-zero,wrong=reserved
json
count 1 '.lint[0].id == "transfer-size-zero" and
    .lint[0].severity == "error" and ([.lint[].id] |
    contains(["attributes-reserved"]))'
try 0 list --json -T sim:dfu11,wrong=size-zero
count 0 'has("lint")'
try 0 list --names --json -T $f072
json
count 1 '.functions[0].alternates[1].name | startswith("@Option")'
try 0 list --json -T $f072 -d 1209:
count 0 true
try 69 run -T $f072 -d 1209: -x getstate
said err 'no DFU device'
try 69 run --json -T $f072 -d 1209: -x getstate
json
count 1 '.type == "result" and .code == 69'
try 0 run -T $f072 -T sim:dfu11 --all -x getstate
said out 'sim-2  #2'
try 76 run --json -T $f072 -T sim:dfu11,start=error \
    -x 'getstate; expect state dfuIDLE'
json
count 2 '.type == "result"'
try 74 run -T $f072,start=error -T $f072,gone=getstate@1 --all \
    -x 'getstate; getstate; expect state dfuIDLE'

# Help and tables.
try 0 -h
said out 'dfuscope run'
said out '--read-only'
silent err
try 0 run --help
try 0 --version
said out 'dfuscope '
try 0 sims
said out 'stm32f072'
said out 'stuck=N|never|random'
silent err

# Devices for other machines; test_serve has the rest.
try 64 serve
said err 'serve: expected a simulated device'
try 64 serve dfu11 frobnicate
said err 'unknown profile "frobnicate"'
try 64 list --listen 127.0.0.1:0
said err '--listen cannot be used with'
try 64 serve dfu11 --listen localhost:3240
said err '--listen: "localhost:3240" is not an address'
printf 'set latency=0; state\nquit' >in
input=in
try 0 serve --listen 127.0.0.1:0 sim:dfu11
said out 'listening at 127.0.0.1:'
said out '1-1 dfu11, 2 dfuIDLE'
silent err
try 0 serve --listen 0.0.0.0:0 sim:dfu11
said err 'USB/IP has no authentication'
input=

# Recipes.
printf 'getstatus # no end of line' >one
printf '# two\n\nexpect state dfuIDLE\n' >two
try 0 run -T $f072 one two -x getstate
said out '#2 '
printf 'getstate\nexpect stat dfuIDLE\n' >two
try 65 run -T $f072 one two
said err 'two, line 2: expect: '
try 66 run -T $f072 missing
said err 'missing: No such file'

# The recipes that come along; parameters; many rounds.
recipes=$here/../../data/recipes
try 0 run -T $f072,stuck=2 "$recipes/first-look.recipe" \
    "$recipes/leave.recipe" ADDRESS=0x08000400
said out 'set address 0x08000400'
try 0 run --yes -T $f072 "$recipes/erase-page.recipe" PAGE=0x08000800
said out 'erase 0x08000800'
try 65 run -T $f072 "$recipes/erase-page.recipe"
said err 'line 5: missing value of parameter PAGE'
try 65 run -T $f072 "$recipes/leave.recipe" PAGE=1
said err 'does not have the parameter PAGE'
try 0 run -T $f072,stuck=random,seed=1 --repeat 1000 -x 'leave 0x08000000'
said out '1000 of 1000 left'
try 76 run -T $f072 --repeat 3 -x 'getstatus; expect state dfuERROR'
said out '0 of 3 rounds succeeded'
said out 'first failure, round 1: expected state dfuERROR'
try 64 run -T $f072 --repeat 0 -x getstatus
said err '--repeat: expected a number'

# Lessons are listed; none of them is made up.
try 0 learn
said out 'download   '
said out '14 steps'
said out 'R12  reset'
said out '0 cards are due. Next: dfuscope learn look'
try 64 learn nowhere
said err 'unknown lesson "nowhere", and no such file'
try 64 learn download manifest
said err 'too many words: "manifest"'
try 64 learn --key download
said err 'need --print'
try 64 learn --minutes 3 download
said err 'need exam'
try 64 learn --part H exam
said err '--part: expected letters from A to G'
try 64 learn exam soon
said err 'exam: expected a number as SEED'
printf 'lesson a\ntitle b\ndevice c sim:dfu11\nstep\ntext d\nask moon\n' \
    >bad.lesson
try 65 learn --check bad.lesson
said out 'line 6: ask takes one of'
try 65 learn bad.lesson
said err 'line 6: ask takes one of'
printf 'lesson a\ntitle b\ndevice c sim:dfu11\nstep\ntext d\nsend abort\n' \
    >good.lesson
printf 'ask state\nchoice dfuERROR\nchoice dfuDNBUSY\n' >>good.lesson
try 65 learn --check good.lesson upload
said out 'line 4: step 1: the right answer is not among the choices'
said out 'upload: 16 steps, no errors'
try 0 learn --print good.lesson
said out '> abort'
try 0 learn --print --key --html upload
said out '<section class="key">'
# The key of an exam, as it is printed, is worth all its marks.
try 0 learn --print --key --part A exam 7
sed '1,/^Key/d' out | sed -n 's/^    [0-9]*\. \(.*\); \(.*\)\.$/\1 \2/p' \
    >answers
[ "$(wc -l <answers)" -eq 77 ] || wrong 'not 77 answers'
input=answers
try 0 learn --batch --part A exam 7
input=
said out 'A     77 of  77'
said out 'rules 100 %'
sed 's/.*/STALL 10/' answers >always
input=always
try 0 learn --batch --part A exam 7
input=
said out 'R10    0 of   7'
echo perhaps >perhaps
input=perhaps
try 65 learn --batch exam 7
input=
said err 'line 1 is not an answer to question 1: perhaps'
# What was recorded is asked.
try 0 run -T $f072,stuck=2 -j ask.journal -x 'leave 0x08000000'
try 0 learn --print --key --from ask.journal
said out 'What happened in ask.journal'
said out 'On whose side is the cause?'
try 66 learn --from missing.journal
said err 'missing.journal'
try 65 learn --from good.lesson

# A journal, and the same once more from it.
try 0 run -T $f072,stuck=2 -j first.journal -x 'leave 0x08000000'
cp out first
try 0 run -T replay:first.journal -j second.journal -x 'leave 0x08000000'
cmp -s out first || wrong 'replayed differently'
sed 1,2d first.journal >a
# The second says that a recording answered.
sed "1,2d; s/ transport=\"replay\"/ transport=\"sim\"/" second.journal >b
cmp -s a b || wrong 'journals differ'
try 76 run -T replay:first.journal -x getstate
said err 'differs from the recording'
try 66 run -T replay:missing.journal -x getstate
said err 'missing.journal: No such file'
try 65 run -T replay:one -x getstate
said err 'one: not a journal'
try 64 run -T sim:oops -T replay:first.journal -x getstate
said err '"oops"'
try 66 run -T $f072 -T replay:missing.journal -x getstate
try 0 run -T $f072 -j plain.journal --yes -x \
    "dnload 2 hex:$(printf '00%.0s' 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 \
    1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 \
    7 8 9 0 1 2 3 4 5 6 7 8 9 0)"
grep -qF '00..00' plain.journal || wrong 'the payload is not elided'
try 74 run -T $f072 -j no/such/place -x getstate
said err 'no/such/place'

# Nobody listens: it is said, and the code tells.
if [ -w /dev/full ]; then
	tests=$((tests + 2))
	line='output to /dev/full'
	"$program" run -T $f072 -x getstate >/dev/full 2>err
	[ $? -eq 74 ] || wrong 'the code is wrong'
	said err 'No space'
	"$program" sims >/dev/full 2>err
	[ $? -eq 74 ] || wrong 'the code is wrong'
fi
tests=$((tests + 2))
line='output closed'
"$program" run -T $f072 -j closed.journal -x getstate >&- 2>err
[ $? -eq 74 ] || wrong 'the code is wrong'
said err output
[ "$(grep -c '^[0-9]' closed.journal)" -eq "$(sed 1d closed.journal |
    wc -l)" ] || wrong 'the journal has other lines'
line='everything closed'
"$program" run -T $f072 -j closed.journal -x getstate <&- >&- 2>&-
[ $? -eq 74 ] || wrong 'the code is wrong'
[ "$(sed -n 1p closed.journal | cut -d' ' -f1)" = dfuscope-journal ] ||
    wrong 'the journal begins with something else'

echo "run.sh: $tests runs, $failed wrong"
[ $failed -eq 0 ]
