#!/usr/bin/env bash
# Makes the Debian packages, installs them on this machine, uses them, and
# removes them: nothing is left of them.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

packages=(foreman-supervisor libforeman-dev libforeman0)

command -v dpkg >/dev/null || skip "no dpkg here"
((EUID == 0)) || skip "only root can install packages"
# Another dpkg may be at work.
dpkg_when_free() {
  local tries output
  for ((tries = 0; ; ++tries)); do
    if output=$(dpkg "$@" 2>&1); then
      return 0
    elif [[ $output != *"lock"* ]] || ((tries >= 150)); then
      printf '%s\n' "$output" >&2
      return 1
    fi
    sleep 2
  done
}

remove_all() {
  dpkg_when_free --purge "${packages[@]}" && rm -f "$ours"
}

# There while what is installed is ours; a run that was killed leaves it.
ours=$WORK/debs-are-installed
[[ ! -e $ours ]] || remove_all
for package in "${packages[@]}"; do
  ! dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
    grep -qvx not-installed ||
    skip "$package is on this machine already; remove it and try again"
done

rm -rf "$WORK/shared/debs"
(cd "$WORK/shared" && quietly cpack)
debs=("$WORK/shared/debs"/*.deb)
((${#debs[@]} == 3)) || fail "there are: ${debs[*]}"
if command -v lintian >/dev/null; then
  # What is not for Debian itself closes no bug of Debian's; CPack's scripts
  # call ldconfig, which its trigger does as well.
  lintian --allow-root --fail-on error --suppress-tags \
    initial-upload-closes-no-bugs,maintscript-calls-ldconfig \
    "${debs[@]}"
fi

trap 'remove_all || true' EXIT
touch "$ours"
dpkg_when_free -i "${debs[@]}"
files=$(dpkg -L "${packages[@]}" | sort -u |
  while read -r file; do [[ -d $file && ! -L $file ]] || echo "$file"; done)
folders=$(printf '%s\n' /usr/include/foreman \
  "/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/cmake/foreman")
# Containers often leave out documentation.
for file in $files $folders; do
  [[ -e $file || $file == /usr/share/* ]] || fail "$file was not installed"
done

# By find_package, without a word about where it is.
build=$WORK/consumer-of-debs
rm -rf "$build"
configure_and_build "$SOURCE/tests/install/consumer" "$build"
run_programs "$build"
linked=$(ldd "$build/host")
[[ $linked =~ 'libforeman.so.0 => '(/usr)?/lib/ ]] ||
  fail "the program does not use the package: $linked"
# By pkg-config.
flags=$(pkg-config --cflags --libs foreman)
# shellcheck disable=SC2086 # flags are words
"${CXX:-g++}" -std=c++20 "$SOURCE/tests/install/consumer/host.cpp" \
  -o "$build/host-by-pkg-config" $flags
quietly "$build/host-by-pkg-config"

# The program.
version=$(/usr/bin/foreman-supervisor --version)
packaged=$(dpkg-query -W -f '${Version}' foreman-supervisor)
[[ $version == "foreman-supervisor ${packaged%-*}" ]] ||
  fail "the program of $packaged says it is $version"
jobs=$build/jobs.jsonl
cat >"$jobs" <<'EOF'
{"project": "a", "kind": "sql", "payload": {"statements": ["create table t (x)", "insert into t values (1)"]}}
{"project": "a", "kind": "sql", "payload": {"expect": [{"query": "select count(*) from t", "equals": 1}]}}
EOF
quietly /usr/bin/foreman-supervisor run "$jobs" \
  "--database=sqlite:$build/jobs.sqlite"

trap - EXIT
remove_all
for file in $files $folders; do
  [[ ! -e $file && ! -L $file ]] || fail "$file is left"
done
echo "$(wc -l <<<"$files") files came and went"
