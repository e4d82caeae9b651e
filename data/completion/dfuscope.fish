# Completion of dfuscope for fish: the program lists the completions of the
# line.

function __dfuscope_words
	set -l line (commandline -cp | string collect)
	for row in (dfuscope complete $line 2>/dev/null)
		if test $row = :files
			__fish_complete_path (commandline -ct)
		else
			printf '%s\n' $row
		end
	end
end
complete -c dfuscope -f -a '(__dfuscope_words)'
