# shellcheck shell=bash
# Sourced by ./run: `instrumented_caf PREFIX` makes a CAF that is built with
# ThreadSanitizer, from Debian's own source archive, unless it is there. With
# the packaged CAF, whose locks TSan does not see, it reports races by the
# hundred that are none. Returns 1 if the source cannot be had.

# Downloads the source into the folder $1 and prints the name of its archive.
# The machine's own configuration of apt stays as it is: this one is derived
# from it and has state of its own, so that it needs no root.
download_caf() {
  local state=$1/apt
  mkdir -p "$state/lists/partial" "$state/cache"
  # shellcheck disable=SC2016 # apt fills them in
  apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' 'Origin: Debian' | sort -u >"$state/sources.list"
  [[ -s $state/sources.list ]] || return 1
  local apt=(apt-get -q
    -o "Dir::Etc::SourceList=$state/sources.list" -o Dir::Etc::SourceParts=-
    -o "Dir::State::Lists=$state/lists" -o "Dir::Cache=$state/cache"
    -o APT::Sandbox::User=)
  (
    cd "$1" && rm -f actor-framework_*.orig.tar.*
    "${apt[@]}" update && "${apt[@]}" source --tar-only actor-framework
  ) >"$1/download.log" 2>&1 || return 1
  (cd "$1" && ls actor-framework_*.orig.tar.*)
}

instrumented_caf() {
  local prefix=$1 work=$1.work archive
  [[ ! -e $prefix/built ]] || return 0
  command -v apt-get >/dev/null || return 1
  mkdir -p "$work"
  say "downloading CAF's source"
  archive=$(download_caf "$work") || return 1
  say "building CAF with ThreadSanitizer; this takes some minutes, once"
  rm -rf "$work/source" "$work/build" "$prefix"
  mkdir "$work/source"
  tar -xf "$work/$archive" -C "$work/source" --strip-components=1
  {
    cmake -S "$work/source" -B "$work/build" -G Ninja \
      -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX="$prefix" \
      -DCMAKE_CXX_FLAGS="-fsanitize=thread -g1 -O1" -DCAF_BUILD_STATIC=no \
      -DCAF_NO_EXAMPLES=yes -DCAF_NO_IO=yes -DCAF_NO_OPENCL=yes \
      -DCAF_NO_OPENSSL=yes -DCAF_NO_PYTHON=yes -DCAF_NO_TOOLS=yes \
      -DCAF_NO_UNIT_TESTS=yes &&
      cmake --build "$work/build" -j 2 && cmake --install "$work/build"
  } >"$work/build.log" 2>&1 || die "CAF does not build, see $work/build.log"
  # Last: what is there with this file is whole.
  touch "$prefix/built"
  rm -rf "$work/source" "$work/build"
}
