#!/usr/bin/env bash
# Builds foreman as Debian would, as shared libraries, and installs it to
# $WORK/shared-tree. Debian packages are made of the same build.
set -euo pipefail
# shellcheck source=tests/install/tools.sh
source "$(dirname "$0")/tools.sh"

cd "$SOURCE"
quietly cmake --preset package -B "$WORK/shared" -DFOREMAN_WERROR=ON
quietly cmake --build "$WORK/shared"
rm -rf "$WORK/shared-tree"
quietly cmake --install "$WORK/shared" --prefix "$WORK/shared-tree"
