#!/bin/sh
# Usage: compare-output.sh EXPECTED COMMAND...
# Fails when the command fails, or prints anything but what EXPECTED holds.
set -eu
expected=$1
shift
actual=$(mktemp)
trap 'rm -f "$actual"' EXIT
"$@" >"$actual" || {
  status=$?
  cat "$actual"
  echo "$* failed with exit code $status"
  exit 1
}
diff -u "$expected" "$actual"
