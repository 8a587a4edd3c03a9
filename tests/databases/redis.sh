#!/usr/bin/env bash
# Usage: redis.sh make FOLDER                     its files, ready to be copied
#        redis.sh serve FOLDER PORT               becomes the server
#        redis.sh ask FOLDER PORT DATABASE TEXT   what it answers to a command
# foreman has a password, and who gives no name needs none.
set -euo pipefail
# shellcheck source=tests/databases/unprivileged.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/unprivileged.sh"
folder=$2

case $1 in
  make)
    "${unprivileged[@]}" mkdir -p "$folder/data"
    ;;
  serve)
    # Without syncs a killed server loses nothing, only a machine without power.
    exec "${unprivileged[@]}" --pdeathsig=KILL redis-server \
      --bind 127.0.0.1 --port "$3" --unixsocket "$folder/redis.sock" \
      --dir "$folder/data" --save '' --appendonly yes --appendfsync no \
      --databases 10000 --user foreman on '>secret' '~*' '&*' '+@all'
    ;;
  ask)
    read -ra words <<<"$5"
    exec redis-cli -e -s "$folder/redis.sock" -n "${4:-0}" "${words[@]}"
    ;;
esac
