# shellcheck shell=bash
# Sourced by ./examples/run and ./tests/run: install_missing_packages installs
# what debian.txt lists and this machine lacks. When nothing is missing it does
# nothing and touches no network.

say() { printf '== %s\n' "$*"; }

die() {
  printf '%s: %s\n' "$0" "$*" >&2
  exit 1
}

install_missing_packages() {
  local list missing=() package
  list=$(dirname "${BASH_SOURCE[0]}")/debian.txt
  if ! command -v dpkg-query apt-get >/dev/null; then
    say "no apt here: what $list names must be there already"
    return
  fi
  while read -r package; do
    [[ $(dpkg-query -W -f '${db:Status-Status} ' "$package" 2>/dev/null) == \
      *installed\ * ]] || missing+=("$package")
  done < <(sed -E 's/[[:space:]]*(#.*)?$//; /^$/d' "$list")
  ((${#missing[@]})) || return 0

  local as_root=(env DEBIAN_FRONTEND=noninteractive)
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "as root, run: apt-get update && apt-get install ${missing[*]}"
    as_root=(sudo "${as_root[@]}")
  fi
  say "installing ${missing[*]}"
  apt_get update
  apt_get install --yes --no-install-recommends "${missing[@]}"
}

# Uses the caller's as_root. Apt's many lines matter only when it fails.
apt_get() {
  local output
  output=$("${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 "$@" \
    2>&1 </dev/null) ||
    die "apt-get $* failed:"$'\n'"$(tail -n 15 <<<"$output")"
}
