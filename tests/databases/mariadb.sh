#!/usr/bin/env bash
# Usage: mariadb.sh make FOLDER                     its files, ready to be copied
#        mariadb.sh serve FOLDER PORT               becomes the server
#        mariadb.sh ask FOLDER PORT DATABASE TEXT   what it answers to SQL
# foreman has a password, root has none.
set -euo pipefail
# shellcheck source=tests/databases/unprivileged.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/unprivileged.sh"
PATH=$PATH:/usr/sbin
folder=$2

# Without syncs a killed server loses nothing, only a machine without power.
server=(
  --no-defaults --datadir="$folder/data" --tmpdir="$folder" --skip-name-resolve
  --innodb-log-file-size=4M --innodb-buffer-pool-size=8M
  --innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=2
  --innodb-doublewrite=0 --debug-no-sync
)

case $1 in
  make)
    "${unprivileged[@]}" mkdir "$folder"
    "${unprivileged[@]}" tee "$folder/users.sql" >/dev/null <<'SQL'
flush privileges;
create user foreman identified by 'secret';
grant all on *.* to foreman with grant option;
create database test;
SQL
    # For those who ask for TLS.
    "${unprivileged[@]}" openssl req -x509 -newkey ec \
      -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=127.0.0.1 \
      -keyout "$folder/tls.key" -out "$folder/tls.crt"
    "${unprivileged[@]}" mariadb-install-db "${server[@]}" --skip-test-db \
      --auth-root-authentication-method=normal --extra-file="$folder/users.sql"
    ;;
  serve)
    exec "${unprivileged[@]}" --pdeathsig=KILL mariadbd "${server[@]}" \
      --ssl-cert="$folder/tls.crt" --ssl-key="$folder/tls.key" \
      --bind-address=127.0.0.1 --port="$3" --socket="$folder/mariadb.sock"
    ;;
  ask)
    exec mariadb --no-defaults --socket="$folder/mariadb.sock" --user=root \
      --init-command='set lock_wait_timeout = 10' --batch --skip-column-names --execute="$5" ${4:+"$4"}
    ;;
esac
