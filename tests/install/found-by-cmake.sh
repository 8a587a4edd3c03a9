#!/usr/bin/env bash
# Usage: found-by-cmake.sh TREE
# The consumer finds the TREE of $WORK with find_package, builds and runs.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

tree=$WORK/$1
build=$WORK/consumer-of-$1
configure_and_build "$SOURCE/tests/install/consumer" "$build" \
  "-Dforeman_ROOT=$tree" -DCMAKE_BUILD_TYPE=Debug
grep -q "^foreman_DIR:PATH=$tree/" "$build/CMakeCache.txt" ||
  fail "found another foreman"
run_programs "$build"
