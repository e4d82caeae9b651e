#!/bin/sh
# SPDX-License-Identifier: ISC
# Looks at the program whether what configure said of hardening is so: PIE,
# RELRO, BIND_NOW, stack protector and fortified calls.
#
#	check_hardening.sh [DIRECTORY]	with dfuscope in it
#
# Only what configure left out, because the compiler does not know it or does
# not optimize, may be missing: it is named.

dir=${1:-${top_builddir:-.}}
program=$dir/dfuscope
LC_ALL=C
export LC_ALL

if [ "${HARDENED:-yes}" = no ]; then
	echo 'check_hardening: --disable-hardening, or a sanitized build'
	exit 0
fi
command -v readelf >/dev/null || {
	echo 'check_hardening: readelf is missing (Debian: binutils)' >&2
	exit 1
}
[ -f "$program" ] || { echo "check_hardening: no $program" >&2; exit 1; }
found=0

# needs WHAT FLAG OPTION EXPRESSION: readelf OPTION shows a line like that.
needs()
{
	readelf -W "$3" "$program" | grep -qE -e "$4" && return
	case " ${HARDEN-$2} " in
	*" $2 "*)
		echo "dfuscope: no $1"
		found=$((found + 1))
		;;
	*)	echo "check_hardening: $1: configure left out $2" ;;
	esac
}

needs PIE -pie -h 'Type: +DYN '
needs RELRO -Wl,-z,relro -l GNU_RELRO
needs BIND_NOW -Wl,-z,now -d 'BIND_NOW|Flags:.* NOW'
needs 'stack protector' -fstack-protector-strong --dyn-syms \
    ' __stack_chk_fail'
needs 'fortified calls' -D_FORTIFY_SOURCE=2 --dyn-syms \
    ' __(printf|fprintf|vsnprintf|snprintf|memcpy|read|fgets)_chk'

[ $found -eq 0 ] || echo "check_hardening: $found found"
[ $found -eq 0 ]
