# SPDX-License-Identifier: ISC
# What the tests in a terminal share; sourced. A test runs the program in a
# tmux server of its own, under an interactive shell, and reads the screen.
# Nothing here sleeps for an answer: it looks until what is expected is there.

set -u
: "${DFUSCOPE:?names the program to test}"
LC_ALL=C.UTF-8
export LC_ALL
unset TMUX NO_COLOR
test_name=$(basename "$0" .sh)
work=$(mktemp -d) || exit 1
HOME=$work XDG_STATE_HOME=$work/state TMUX_TMPDIR=$work
export HOME XDG_STATE_HOME TMUX_TMPDIR
terminals=0	# opened so far, each one a server of its own

t()
{
	tmux -L "dfuscope-test-$$-$terminals" -f /dev/null "$@"
}

close()
{
	[ $terminals -eq 0 ] || t kill-server 2>/dev/null
}

stop()
{
	close
	rm -rf "$work"
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

# The screen as text; blanks at the ends of lines are dropped.
screen()
{
	t capture-pane -p
}

fail()
{
	echo "$test_name: expected: $*"
	echo "the screen was:"
	screen 2>&1 | sed 's/^/|/'
	exit 1
}

# wait_until SECONDS WHAT COMMAND...: until the command succeeds.
wait_until()
{
	tries=$(($1 * 20))
	what=$2
	shift 2
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "$what"
		sleep 0.05
	done
}

shows()
{
	screen | grep -qF -e "$1"
}

shows_not()
{
	! shows "$1"
}

matches()
{
	screen | grep -qE -e "$1"
}

# wait_for TEXT [SECONDS]: a plain string
wait_for()
{
	wait_until "${2:-10}" "\"$1\" on the screen" shows "$1"
}

# wait_match EXTENDED_REGULAR_EXPRESSION [SECONDS]
wait_match()
{
	wait_until "${2:-10}" "a line like /$1/" matches "$1"
}

# wait_away TEXT [SECONDS]
wait_away()
{
	wait_until "${2:-10}" "no \"$1\" on the screen" shows_not "$1"
}

# tmux keeps flags of the terminal: flag NAME VALUE [SECONDS]
is_flag()
{
	[ "$(t display-message -p "#{$1}")" = "$2" ]
}
flag()
{
	wait_until "${3:-10}" "the terminal's $1 to be $2" is_flag "$1" "$2"
}

keys()
{
	t send-keys "$@"
}

# What is typed as text, key by key.
type_text()
{
	t send-keys -l "$1"
}

# command LINE: by the prompt.
command()
{
	type_text ":$1"
	keys Enter
}

# A line for the shell that the program runs under.
shell_line()
{
	type_text "$1"
	keys Enter
}

# open SIZE: a terminal of COLUMNSxROWS with a shell in it.
open()
{
	close
	terminals=$((terminals + 1))
	: >"$work/raw"
	t -u new-session -d -x "${1%x*}" -y "${1#*x}" \
	    "ulimit -c 0; ENV= PS1='ready> ' exec sh -i" || exit 1
	t set-option -q -g window-size manual
	t pipe-pane "cat >>'$work/raw'"
	wait_for "ready>"
}

# launch ARGUMENTS: the program in the open terminal, and "ended CODE" when
# it ends. $settings are variables of its environment.
settings=
launch()
{
	rm -f "$work/pid"
	{
		printf 'echo $$ >"%s/pid"\n' "$work"
		printf 'exec env %s "%s" %s\n' "$settings" "$DFUSCOPE" "$*"
	} >"$work/run"
	shell_line "clear; sh $work/run; echo ended \$?"
	wait_until 10 "the program to start" test -s "$work/pid"
	pid=$(cat "$work/pid")
}

# start SIZE ARGUMENTS: and until the first frame is whole.
start()
{
	size=$1
	shift
	open "$size"
	launch "$@"
	wait_for "Quit"
	screen >"$work/first"
}

# ended CODE: the program has ended so, and the shell is back.
ended()
{
	wait_match "^ended [0-9]+"
	shows "ended $1" || fail "exit code $1"
}

# The line of the screen on which TEXT stands first.
row()
{
	screen | grep -nF -e "$1" | head -1 | cut -d: -f1
}

# sent N: the counter at the top.
sent()
{
	wait_match "sent +$1( |\$)"
}

# request N EXPRESSION: it is in the list, and its row goes on like this.
request()
{
	wait_match "^. #$1 +[0-9.]+ s .*$2"
}

# state "N NAME": the map marks that state as reported, and on the line where
# it stood before anything was known. believed: the same for a belief.
state()
{
	wait_for "[[ $1 "
	in_place "$1" "[[ $1 "
}
believed()
{
	wait_for "( $1 "
	in_place "$1" "( $1 "
}
on_line()
{
	[ "$(row "$1")" = "$2" ]
}
in_place()
{
	home=$(grep -nF -e "$1" "$work/first" | head -1 | cut -d: -f1)
	wait_until 10 "\"$2\" on line $home" on_line "$2" "$home"
}

# The question is there; y or n answers it.
answer()
{
	wait_for "n Cancel"
	shows "$2" || fail "a question that names \"$2\""
	keys "$1"
	wait_away "n Cancel"
}
