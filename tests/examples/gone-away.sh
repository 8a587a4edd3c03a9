#!/bin/sh
# Usage: gone-away.sh PROGRAM
# Runs the example 080 on the MariaDB that tests share. Fails unless no job
# failed with checks, and some did without.
set -eu
port=$(cat "$FOREMAN_DATABASES/mariadb.port")
output=$("$1" "mariadb:host=127.0.0.1 port=$port user=foreman password=secret" \
  2>&1) || {
  status=$?
  printf '%s\n' "$output"
  echo "$1 failed with exit code $status"
  exit 1
}
printf '%s\n' "$output"
printf '%s\n' "$output" | tail -n 1 |
  grep -Eqx 'gone_away: checked 0/20, unchecked [1-9][0-9]*/20'
