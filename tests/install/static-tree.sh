#!/usr/bin/env bash
# A host adds foreman as a subdirectory, and runs; on request it installs
# foreman as well, static and without SQL, to $WORK/static-tree.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

host=$SOURCE/tests/install/subdirectory
build=$WORK/subdirectory

quietly cmake --fresh -S "$host" -B "$build" -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DFOREMAN_BUILD_SQL=OFF
for option in BUILD_TESTS BUILD_EXAMPLES INSTALL; do
  grep -qx "FOREMAN_$option:BOOL=OFF" "$build/CMakeCache.txt" ||
    fail "FOREMAN_$option is not off in a host's build"
done

configure_and_build "$host" "$build" -DFOREMAN_INSTALL=ON
run_programs "$build"
rm -rf "$WORK/static-tree"
quietly cmake --install "$build" --prefix "$WORK/static-tree"
[[ -z $(find "$WORK/static-tree" -name '*.so*') ]] ||
  fail "there are shared libraries in a static tree"
