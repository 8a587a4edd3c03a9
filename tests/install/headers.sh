#!/usr/bin/env bash
# Every header that is installed compiles on its own, against the installed ones
# alone, with the warnings that hosts may have made errors; and none but those for hosts that send messages includes CAF.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

include=${WORK:?}/shared-tree/include
work=${WORK:?}/headers
rm -rf "$work"
mkdir -p "$work"

# Usage: compile_header HEADER
compile_header() {
  local flags=(-std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
    -fsyntax-only)
  local name=${1//\//_}
  printf '#include <%s>\n#include <%s>\n' "$1" "$1" >"$work/$name.cpp"
  "${CXX:-g++}" "${flags[@]}" "-I$include" -MD -MF "$work/$name.d" -MT x \
    "$work/$name.cpp"
}
export -f compile_header
export include work

cd "$include"
find foreman -name '*.hpp' | sort >"$work/list"
xargs -a "$work/list" -P 2 -I {} bash -c 'compile_header {}' ||
  fail "a header does not compile on its own"

# What is a template is compiled where it is used, and by another compiler if
# there is one.
sed 's/^/#include </; s/$/>/' "$work/list" | grep -v -e /sql/ >"$work/all.cpp"
cat "$(dirname "$0")/every_template.cpp" >>"$work/all.cpp"
for compiler in "${CXX:-g++}" g++ clang++ clang++-14; do
  [[ -n $(command -v "$compiler") ]] || continue
  "$compiler" -std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
    -fsyntax-only "-I$include" "$work/all.cpp" ||
    fail "$compiler warns of a header"
done

count=$(wc -l <"$work/list")
((count > 40)) || fail "only $count headers were installed"
including=$(grep -l '/caf/' "$work"/*.d | xargs -n 1 basename | sort)
expected=$(printf 'foreman_actors_%s.hpp.d\n' caf_compat interfaces messages)
[[ $including == "$expected" ]] ||
  fail "these include headers of CAF: $including"
! grep -l '/soci/' "$work"/*.d || fail "these include headers of SOCI"
echo "$count headers"
