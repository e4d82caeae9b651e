#!/bin/sh
# SPDX-License-Identifier: ISC
# Completion in the shells themselves: what is typed, Tab, what stands there.

. "$(dirname "$0")/lib.sh"

data=$(cd "$(dirname "$0")/../../data/completion" && pwd) || exit 1
mkdir "$work/bin" "$work/files" "$work/zsh" || exit 1
ln -s "$(cd "$(dirname "$DFUSCOPE")" && pwd)/$(basename "$DFUSCOPE")" \
    "$work/bin/dfuscope"
: >"$work/files/first.journal"

# begin COMMAND: a shell in the folder with the file, completion loaded.
begin()
{
	close
	terminals=$((terminals + 1))
	t new-session -d -x 100 -y 30 -c "$work/files" \
	    "PATH=$work/bin:\$PATH exec $1" || exit 1
	wait_match '^% *$'
}

alone()
{
	[ "$(screen | grep -v '^$')" = "%" ]
}

# stands TYPED BECOMES: the line after Tab; then a new one.
stands()
{
	keys C-u
	type_text clear
	keys Enter
	wait_until 10 "a prompt alone" alone
	type_text "$1"
	keys Tab
	wait_for "% $2"
}

# The beginnings that each shell completes alike.
try()
{
	stands 'dfuscope do' 'dfuscope doctor'
	stands 'dfuscope -T sim:stm' 'dfuscope -T sim:stm32f072'
	stands 'dfuscope -T sim:stm32f072,stu' \
	    'dfuscope -T sim:stm32f072,stuck='
	stands 'dfuscope -T sim:dfu11,wrong=total' \
	    'dfuscope -T sim:dfu11,wrong=total-length'
	stands 'dfuscope serve stm' 'dfuscope serve stm32f072'
	stands 'dfuscope list --verb' 'dfuscope list --verbose'
	stands 'dfuscope explain --about manifest-wants' \
	    'dfuscope explain --about manifest-wants-polls'
	stands 'dfuscope learn man' 'dfuscope learn manifest'
	stands 'dfuscope explain fir' 'dfuscope explain first.journal'
	stands 'dfuscope -T replay:fir' 'dfuscope -T replay:first.journal'
	stands "dfuscope run -x 'wait 5; gets" \
	    "dfuscope run -x 'wait 5; getstat"
}

cat >"$work/bashrc" <<EOT
PS1='% '
. "$data/dfuscope"
EOT
begin "bash --noprofile --rcfile $work/bashrc -i"
try

cat >"$work/zsh/.zshrc" <<EOT
PS1='%% '
unsetopt beep
fpath=("$data" \$fpath)
autoload -Uz compinit && compinit -u -D
EOT
begin "env ZDOTDIR=$work/zsh zsh -i"
try

cat >"$work/init.fish" <<EOT
set -g fish_greeting
function fish_prompt; printf '%% '; end
function fish_title; end
set -g fish_autosuggestion_enabled 0
source $data/dfuscope.fish
EOT
begin "env XDG_CONFIG_HOME=$work/fish XDG_DATA_HOME=$work/fish fish -i -N \
    -C 'source $work/init.fish'"
try
