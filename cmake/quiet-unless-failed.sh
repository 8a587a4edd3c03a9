#!/bin/sh
# Runs a command and shows what it printed only when it fails.
set -eu
if output=$("$@" 2>&1); then
  exit 0
else
  status=$?
  printf '%s\n' "$output"
  exit "$status"
fi
