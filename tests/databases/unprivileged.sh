# shellcheck shell=bash
# Sourced by the scripts of the servers, which refuse to run as root: what
# `unprivileged` is put in front of runs as nobody, or as whoever runs this.
unprivileged=(setpriv)
((EUID != 0)) ||
  unprivileged+=(--reuid=nobody --regid=nogroup --clear-groups)
cd / # where anybody may be
