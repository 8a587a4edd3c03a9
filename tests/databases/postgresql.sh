#!/usr/bin/env bash
# Usage: postgresql.sh make FOLDER                     its files, ready to be copied
#        postgresql.sh serve FOLDER PORT               becomes the server
#        postgresql.sh ask FOLDER PORT DATABASE TEXT   what it answers to SQL
# foreman is its superuser, with a password over TCP and without over the socket.
set -euo pipefail
# shellcheck source=tests/databases/unprivileged.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/unprivileged.sh"
# Debian keeps the programs of each version in a folder of its own.
PATH=$(printf '%s:' /usr/lib/postgresql/*/bin)$PATH
folder=$2

case $1 in
  make)
    "${unprivileged[@]}" mkdir "$folder"
    "${unprivileged[@]}" tee "$folder/password" >/dev/null <<<secret
    "${unprivileged[@]}" initdb --pgdata="$folder/data" --username=foreman \
      --auth-local=trust --auth-host=scram-sha-256 \
      --pwfile="$folder/password" --no-sync --encoding=UTF8 --locale=C \
      --wal-segsize=1
    ;;
  serve)
    # Without syncs a killed server loses nothing, only a machine without power.
    # Orphaned, it quits: killed, it would leave shared memory.
    exec "${unprivileged[@]}" --pdeathsig=QUIT postgres -D "$folder/data" \
      -c listen_addresses=127.0.0.1 -c port="$3" \
      -c unix_socket_directories="$folder" \
      -c fsync=off -c full_page_writes=off -c shared_buffers=1MB \
      -c dynamic_shared_memory_type=mmap -c max_connections=40
    ;;
  ask)
    exec psql --no-psqlrc --quiet --no-align --tuples-only \
      --set=ON_ERROR_STOP=1 --host="$folder" --port="$3" --username=foreman \
      --dbname="${4:-postgres}" --command="$5"
    ;;
esac
