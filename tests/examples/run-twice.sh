#!/bin/sh
# Usage: run-twice.sh EXAMPLES_RUN
# Fails unless the command succeeds twice and leaves the database it names.
set -eu
for round in first second; do
  output=$("$1" </dev/null 2>&1) || {
    printf '%s\n' "$output"
    echo "the $round run failed"
    exit 1
  }
  database=$(printf '%s\n' "$output" | sed -n 's/.*the database is //p')
  [ -s "$database" ] || {
    printf '%s\n' "$output"
    echo "the $round run names no database that is there"
    exit 1
  }
  rm "$database"
done
