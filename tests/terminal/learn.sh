#!/bin/sh
# SPDX-License-Identifier: ISC
# A lesson: answers on the map, a hint, play that spoils nothing, a goal, and
# the next day.

. "$(dirname "$0")/lib.sh"

start 80x24 learn download
wait_for "step 1 of 14"
keys Enter
wait_for "GETSTATUS from 3"
keys Enter
wait_for "step 2 of 14"
wait_for "State: where will the device be?"
shows "Next request" && fail "no answer given away"
keys I
wait_for "I: after your answer"
keys F5
wait_for "After your answer."
keys Escape
wait_for "step 2 of 14"
keys h
wait_for "It is R4"
keys 3 Enter
wait_for "Right: answered; dfuDNLOAD-SYNC."
shows "2 of 3" || fail "a hint costs a point"

# Play: a key of the console, and back to the question.
keys Enter
wait_for "step 3 of 14"
keys g
wait_for "sandbox: Enter returns to the question"
wait_match 'GETSTATUS'
keys Enter
wait_for "step 3 of 14"
shows "play:" && fail "it is no play any more"
keys t
wait_for "sandbox: Enter returns to the question"
keys Enter
wait_away "play:"
keys 2 Enter
wait_for "No: dfuDNBUSY, not dfuIDLE."
shows "dfuIDLE  said" || fail "what was said"
shows "dfuDNBUSY  GETSTATUS from 3" || fail "the way that was taken"
keys q
ended 0

# The next day, and in less room than it needs.
start 79x24 learn download
wait_for "a lesson needs 80x24, this is 79x24"
keys 3 Enter
wait_for "a lesson needs 80x24"
keys q
ended 0
start 100x30 learn download
wait_for "step 3 of 14"
wait_for "dfuMANIFEST-WAIT-RESET"
keys q
ended 0

# From the end of one lesson to the next.
mkdir -p "$XDG_STATE_HOME/dfuscope"
echo "look 10" >"$XDG_STATE_HOME/dfuscope/lessons"
start 80x24 learn look
wait_for "step 11 of 11"
shows "the goal" && fail "what is to be found"
keys s
wait_for "Goal reached: dfuDNLOAD-SYNC."
keys Enter
wait_for "Next lesson: download"
keys n
wait_for "learn: download"
keys q
ended 0

# Without a lesson there is a menu; what is left comes back to it.
start 80x24 learn
wait_for "next: "
wait_for "Rules: known without help"
keys 5
wait_match '> +5 errors'
keys Up
wait_match '> +4 upload'
keys Enter
wait_for "learn: upload"
keys q
wait_match '> +[0-9]+ '
keys 1 4
wait_match '> 14 exam'
keys q
ended 0

# A goal is reached by the keys of the console, and taken back.
printf 'lesson a\ntitle b\ndevice c sim:dfu11\nstep\ntext Your turn.\n' \
    >"$work/goal.lesson"
printf 'begin upload 0 64\ngoal state dfuIDLE\npar 1\nforbid reset\n' \
    >>"$work/goal.lesson"
printf 'solution abort\n' >>"$work/goal.lesson"
start 80x24 learn "$work/goal.lesson"
wait_for "sent 0, best 1"
keys R
wait_for "Not allowed here: a bus reset"
keys Enter
wait_for "sent 0, best 1"
keys H
wait_for "> abort"
wait_for "sent 1, best 1"
wait_for "sent 0, best 1"
keys a
wait_for "the fewest"
keys BSpace
wait_for "sent 0, best 1"
keys s
wait_for "sent 1, best 1"
keys a
wait_for "requests; 1 would be enough."
# It was shown first, so it comes once more.
keys Enter
wait_for "again: what was missed"
wait_for "sent 0, best 1"
keys a
wait_for "the fewest"
keys Enter
wait_for "Lesson finished: 1 of 1 right"
keys q
ended 0
