#!/usr/bin/env bash
# What the shared libraries export: foreman's own interface, not the actors
# behind it; what belongs to others is weak, as each user has a copy of it.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

folder=$(library_folder "$WORK/shared-tree")
for name in foreman-core foreman foreman-sql; do
  library=$folder/lib$name.so
  dynamic=$(readelf -d "$library")
  [[ $dynamic == *"soname: [lib$name.so.0]"* ]] ||
    fail "$library is not called lib$name.so.0"
  symbols=$(nm -DC --defined-only "$library" | sed -E 's/^[0-9a-f]* *//')
  # Upper-case letters but V and W are strong; u is unique to the process.
  foreign=$(grep -E '^[A-TX-Z] ' <<<"$symbols" |
    grep -vE '^[A-Z] ((typeinfo|typeinfo name|vtable) for |VTT for )?foreman::' ||
    true)
  [[ -z $foreign ]] || fail "$library exports"$'\n'"$foreign"
  inner=$(grep -E 'foreman::actors::(context|gate|guardian|pool|registry|start|supervisor|worker|worker_threads?)(::|\(|$)' \
    <<<"$symbols" | grep -vE '^[VWu] ' || true)
  [[ -z $inner ]] || fail "$library exports what is inside"$'\n'"$inner"
  echo "$library: $(wc -l <<<"$symbols") symbols"
done

exported() {
  local symbols
  symbols=$(nm -DC --defined-only "$folder/lib$1.so")
  [[ $symbols == *" $2"* ]] || fail "lib$1.so does not export $2"
}
exported foreman-core 'typeinfo for foreman::exception'
exported foreman 'foreman::system::system(foreman::system_options)'
exported foreman-sql 'foreman::sql::connections_to('
