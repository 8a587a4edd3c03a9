#!/usr/bin/env bash
# Every header that is installed compiles on its own, against the installed ones
# alone; and none but those for hosts that send messages includes CAF.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

include=${WORK:?}/shared-tree/include
work=${WORK:?}/headers
rm -rf "$work"
mkdir -p "$work"

# Usage: compile_header HEADER
compile_header() {
  local name=${1//\//_}
  printf '#include <%s>\n#include <%s>\n' "$1" "$1" >"$work/$name.cpp"
  "${CXX:-g++}" -std=c++20 -Wall -Wextra -pedantic -Werror -fsyntax-only \
    "-I$include" -MD -MF "$work/$name.d" -MT x "$work/$name.cpp"
}
export -f compile_header
export include work

cd "$include"
find foreman -name '*.hpp' | sort >"$work/list"
xargs -a "$work/list" -P 2 -I {} bash -c 'compile_header {}' ||
  fail "a header does not compile on its own"

count=$(wc -l <"$work/list")
((count > 40)) || fail "only $count headers were installed"
including=$(grep -l '/caf/' "$work"/*.d | xargs -n 1 basename | sort)
expected=$(printf 'foreman_actors_%s.hpp.d\n' caf_compat interfaces messages)
[[ $including == "$expected" ]] ||
  fail "these include headers of CAF: $including"
! grep -l '/soci/' "$work"/*.d || fail "these include headers of SOCI"
echo "$count headers"
