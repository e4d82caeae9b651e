# SPDX-License-Identifier: ISC
# shellcheck shell=sh disable=SC2034
# What dfuscope needs of Debian, and how to install what is missing; sourced
# by scripts/try (build) and scripts/check (build and test).

build_packages='autoconf automake make gcc libc6-dev pkg-config
	libusb-1.0-0-dev libncurses-dev libjansson-dev zlib1g-dev'
test_packages='clang libcmocka-dev umockdev libumockdev-dev dfu-util
	dfu-programmer tmux jq
	valgrind libc6-dbg clang-format mandoc binutils tshark
	python3 python3-jsonschema python3-usb zsh fish qemu-system-x86 usbip
	busybox-static cpio xz-utils appstream hunspell hunspell-en-us'
# For the package of a distribution.
long_packages='lintian debhelper mmdebstrap udev'

# Prints those of the packages named that are not installed.
packages_missing()
{
	for package; do
		case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
		*' ok installed') ;;
		*)	printf '%s\n' "$package" ;;
		esac
	done
}

packages_as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "not root and no sudo: cannot run $*" >&2
		return 1
	fi
}

# apt-get, its output in $packages_log, shown only if it fails.
packages_apt()
{
	packages_as_root env DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq -y "$@" >>"$packages_log" 2>&1 </dev/null && return 0
	tail -n 30 "$packages_log" >&2
	echo "apt-get $1 failed" >&2
	return 1
}

# Installs what is missing of the packages named. Where there is no apt-get,
# it does nothing: configure names what it does not find.
packages_install()
{
	command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
	    return 0
	packages=$(packages_missing "$@")
	[ -n "$packages" ] || return 0
	# shellcheck disable=SC2086 # a list of words
	set -- $packages
	echo "installing $* ..." >&2
	if [ -z "${packages_updated-}" ]; then
		packages_apt update || return 1
		packages_updated=1
	fi
	packages_apt install --no-install-recommends "$@"
}

# The sanitizers and libFuzzer come in a package named after clang's version.
packages_install_clang_rt()
{
	command -v clang >/dev/null || return 0
	version=$(clang -dumpversion)
	packages_install "libclang-rt-${version%%.*}-dev"
}
