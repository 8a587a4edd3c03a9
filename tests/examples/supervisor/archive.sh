#!/usr/bin/env bash
# Usage: archive.sh SUPERVISOR ARCHIVE.PY TREE
# Lets the supervisor archive a copy of TREE with odd names in it, does the same
# by hand to another copy, and compares the two.
set -euo pipefail

supervisor=$1 archive=$2 tree=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C.UTF-8

mkdir "$work/a"
cp -r "$tree" "$work/a/tree"
mkdir -p "$work/a/tree/ein Ordner; rm -rf \$HOME/leer"
echo odd >"$work/a/tree/ein Ordner; rm -rf \$HOME/-v \"'\\ ü"$'\n'name
cp -r "$work/a" "$work/b"

"$archive" "$work/a/tree" |
  "$supervisor" run - --quiet "--data=$work/a/tree" "--logs=$work/logs"

find "$work/b/tree" -type d | while read -r folder; do
  (
    cd "$folder"
    shopt -s nullglob
    names=()
    for name in *; do
      [[ ! -f $name ]] || names+=("$name")
    done
    ((${#names[@]})) || exit 0
    gzip -9n -- "${names[@]}"
    sha256sum -- "${names[@]/%/.gz}" >SHA256SUMS
  )
done

diff -r "$work/a/tree" "$work/b/tree"
folders=$(find "$work/a/tree" -name SHA256SUMS | wc -l)
files=$(find "$work/a/tree" -name '*.gz' | wc -l)
echo "$files files of $folders folders are the same as by hand"
((folders > 2 && files > 50))
