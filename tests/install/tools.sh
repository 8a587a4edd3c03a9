# shellcheck shell=bash
# Sourced by the tests of this folder. CTest gives them SOURCE, foreman's
# sources, and WORK, a folder that is kept: what has not changed is not built
# again.
: "${SOURCE:?}" "${WORK:?}"

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# For CTest's SKIP_RETURN_CODE.
skip() {
  printf '%s: skipped: %s\n' "$(basename "$0")" "$*"
  exit 77
}

# Runs a command and shows what it printed only when it fails.
quietly() {
  "$SOURCE/cmake/quiet-unless-failed.sh" "$@"
}

# configure_and_build <source> <binary> <cmake argument>...
configure_and_build() {
  local source=$1 binary=$2
  shift 2
  # Not --fresh, for the sake of time: every call passes the same options.
  quietly cmake -S "$source" -B "$binary" "$@"
  quietly cmake --build "$binary"
}

# The folder of libraries of an installed tree.
library_folder() {
  local found
  found=$(find "$1" -name foreman-core.pc -path '*/pkgconfig/*')
  [[ -n $found ]] || fail "no foreman-core.pc in $1"
  dirname "$(dirname "$found")"
}

# run_programs <folder>: those of the consumer that were built there.
run_programs() {
  local program database=$WORK/consumer.sqlite
  for program in core host messages; do
    quietly "$1/$program" || fail "$program failed"
  done
  rm -f "$database"
  [[ ! -x $1/sql ]] || quietly "$1/sql" "$database" || fail "sql failed"
}
