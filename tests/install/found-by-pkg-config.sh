#!/usr/bin/env bash
# Usage: found-by-pkg-config.sh TREE [--static]
# The consumer is built by nothing but the compiler and pkg-config, with the
# TREE of $WORK at a place where it was not installed to, and runs.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

tree=$WORK/moved-$1
build=$WORK/pkg-config-of-$1
rm -rf "$tree" "$build"
mkdir -p "$build"
cp -a "$WORK/$1" "$tree"
libraries=$(library_folder "$tree")
export PKG_CONFIG_PATH=$libraries/pkgconfig
export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# compile <program> <package>...
compile() {
  local program=$1 flags
  shift
  pkg-config --print-errors --exists "$@"
  flags=$(pkg-config "${static[@]}" --cflags --libs "$@")
  [[ $flags == *"-L$tree/"* || $flags == *"-L$libraries "* ]] ||
    fail "pkg-config found another foreman: $flags"
  # shellcheck disable=SC2086 # flags are words
  "${CXX:-g++}" -std=c++20 "$SOURCE/tests/install/consumer/$program.cpp" \
    -o "$build/$program" $flags
}

static=("${@:2}")
compile core foreman-core
compile host foreman
compile messages foreman
if [[ -e $libraries/pkgconfig/foreman-sql.pc ]]; then
  compile sql foreman foreman-sql
fi
run_programs "$build"
