#!/bin/sh
# Usage: reference.sh SOURCE FOLDER
# Builds the API reference into FOLDER. Fails on any warning, such as a public
# name without a comment, and when a name that must be there is not.
set -eu
mkdir -p "$2"
cd "$1"
{
  cat docs/Doxyfile
  echo "OUTPUT_DIRECTORY = $2"
} | doxygen -
for page in classforeman_1_1system classforeman_1_1ticket \
  structforeman_1_1actors_1_1submission namespaceforeman_1_1sql; do
  [ -s "$2/html/$page.html" ] || {
    echo "the reference has no $page"
    exit 1
  }
done
