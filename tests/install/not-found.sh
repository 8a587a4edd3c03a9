#!/usr/bin/env bash
# Whatever is missing, the message says what, and what to do about it.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

work=${WORK:?}/not-found
rm -rf "$work"
mkdir -p "$work"
count=0

# configure <what> <cmake argument>...: sets `output` and `status`.
configure() {
  local what=$1
  shift
  local folder=$work/$((++count))
  status=0
  output=$(cmake -S "$what" -B "$folder" "$@" 2>&1) || status=$?
  # CMake breaks lines where it likes.
  output=$(tr -s '\n ' ' ' <<<"$output")
}

# says <text>...
says() {
  local text
  for text in "$@"; do
    [[ $output == *"$text"* ]] || fail "no \"$text\" in: $output"
  done
}

# A host that looks for an installed foreman: <tree> <components> <arguments>...
host() {
  local tree=$1 components=$2
  shift 2
  configure "$SOURCE/tests/install/find" "-Dforeman_ROOT=$WORK/$tree" \
    "-DCOMPONENTS=$components" "$@"
}

fails() { ((status != 0)) || fail "no failure, but: $output"; }
succeeds() { ((status == 0)) || fail "$output"; }

host shared-tree ""
succeeds
says "there is foreman::core" "there is foreman::foreman" "there is foreman::sql"

host shared-tree "" -DCMAKE_DISABLE_FIND_PACKAGE_CAF=ON
fails
says "foreman::foreman was built with CAF" "Install it (" "CMAKE_PREFIX_PATH"

host shared-tree "core" -DCMAKE_DISABLE_FIND_PACKAGE_CAF=ON
succeeds
says "there is foreman::core"
[[ $output != *"there is foreman::foreman"* ]] || fail "core brought foreman"

host shared-tree "core" -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON
fails
says "foreman::core needs fmt" "Debian: libfmt-dev"

host shared-tree "sql" -DCMAKE_DISABLE_FIND_PACKAGE_SOCI=ON
fails
says "foreman::sql needs SOCI 4" "Debian: libsoci-dev libboost-dev"

host shared-tree "foreman" -DOPTIONAL_COMPONENTS=sql \
  -DCMAKE_DISABLE_FIND_PACKAGE_SOCI=ON
succeeds
says "foreman::sql needs SOCI 4" "there is foreman::foreman"

host shared-tree "foreman;http"
fails
says 'foreman has no component "http"; there are core, foreman and sql'

host static-tree "foreman;sql"
fails
says "foreman::sql is not part of the foreman in" "built without it"

host static-tree ""
succeeds
says "there is foreman::core" "there is foreman::foreman"

# Before 1.0 any minor version may break a host.
host shared-tree "core" -DVERSION=0.0.9
fails
says "foremanConfig.cmake, version: 0.1"

# What an old compiler says of itself, by a real one that says it is old.
cat >"$work/old-g++" <<'EOF'
#!/bin/sh
exec g++ -U__GNUC__ -D__GNUC__=11 "$@"
EOF
cat >"$work/old-clang++" <<'EOF'
#!/bin/sh
exec clang++-14 -U__clang_major__ -D__clang_major__=13 "$@"
EOF
chmod +x "$work"/old-*
compilers=(g++)
if command -v clang++-14 >/dev/null; then
  compilers+=(clang++)
else
  echo "no clang++-14 here: an old clang was not tried"
fi
for compiler in "${compilers[@]}"; do
  old=$work/old-$compiler
  for what in sources tree; do
    if [[ $what == sources ]]; then
      configure "$SOURCE" "-DCMAKE_CXX_COMPILER=$old"
    else
      host shared-tree "core" "-DCMAKE_CXX_COMPILER=$old"
    fi
    fails
    says "needs g++ 12, clang 14 or newer, but $old is ${compiler%++}" \
      "Install a newer one" "-DCMAKE_CXX_COMPILER="
  done
done

# foreman's own build.
configure "$SOURCE" -DCMAKE_DISABLE_FIND_PACKAGE_CAF=ON
fails
says "foreman::foreman needs CAF 0.17.6 (Debian: libcaf-dev) or 1.x" \
  "FOREMAN_BUILD_ACTORS=OFF"

configure "$SOURCE" -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON
fails
says "foreman needs fmt 9 or newer (Debian: libfmt-dev)"

configure "$SOURCE" -DCMAKE_DISABLE_FIND_PACKAGE_Catch2=ON
fails
says "foreman's tests need Catch2" "FOREMAN_BUILD_TESTS=OFF"

configure "$SOURCE" -DCMAKE_DISABLE_FIND_PACKAGE_SOCI=ON \
  -DFOREMAN_BUILD_TESTS=OFF
succeeds
says "no foreman::sql, it needs SOCI 4" "Debian: libsoci-dev"

configure "$SOURCE" -DCMAKE_DISABLE_FIND_PACKAGE_CLI11=ON \
  -DFOREMAN_BUILD_TESTS=OFF
succeeds
says "no foreman-supervisor, it needs" "libcli11-dev"
echo "$count configurations"
