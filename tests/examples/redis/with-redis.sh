#!/bin/sh
# Usage: with-redis.sh COMMAND...
# Runs the command with REDIS_URL leading to the Redis that tests share, to the
# last database there, which no test gets.
set -eu
port=$(cat "$FOREMAN_DATABASES/redis.port")
REDIS_URL=redis://foreman:secret@127.0.0.1:$port/9999 "$@"
