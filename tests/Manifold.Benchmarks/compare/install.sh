#!/usr/bin/env bash
# Installs and compiles what `ann --compare` measures Manifold against. README.md beside it tells what and why.
#   MANIFOLD_DATA   data cache (default: ~/.cache/manifold-data); all of it goes to its folder compare/
#   FAISS_SOURCE    a source tree of Faiss to build natively instead of Debian's
#   SKIP_NATIVE_FAISS=1   leave the native build of Faiss (4 minutes on one core) out; Debian's build then stands in
# Safe to run again: what is there is kept, and a peer is compiled again only when its source is newer.
# Needs Debian 12 or newer, root or sudo, node and npm.
set -euo pipefail

sources=$(cd "$(dirname "$0")" && pwd)
dir=${MANIFOLD_DATA:-$HOME/.cache/manifold-data}/compare
mkdir -p "$dir/bin" "$dir/npm"
dir=$(cd "$dir" && pwd)
native=(-std=c++17 -O3 -march=native -DNDEBUG)

say() { printf '%s\n' "$*"; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# --- Debian packages
packages=(g++ cmake make dpkg-dev libfaiss-dev libhnswlib-dev libopenblas-dev)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root apt-get -o DPkg::Lock::Timeout=400 update -qq
  as_root apt-get -o DPkg::Lock::Timeout=400 install -qq -y --no-install-recommends "${missing[@]}"
fi

# --- npm packages; none of their install scripts is needed: zvec ships its binary, of usearch the headers are compiled here
usearch=2.26.2 zvec=0.7.0
version_of() { node -p "require('$dir/npm/node_modules/$1/package.json').version" 2>/dev/null || true; }
if [ "$(version_of usearch)" != "$usearch" ] || [ "$(version_of @zvec/zvec)" != "$zvec" ]; then
  (cd "$dir/npm" && npm install --prefix . --ignore-scripts --no-audit --no-fund --silent "usearch@$usearch" "@zvec/zvec@$zvec")
fi

# --- peers; TARGET SOURCE ARGUMENTS…
compile() {
  local target=$dir/bin/$1 source=$sources/$2
  shift 2
  if [ "$target" -nt "$source" ] && [ "$target" -nt "$sources/peer.h" ]; then return; fi
  say "compiling $(basename "$target")"
  g++ "$source" -o "$target.new" "$@"
  mv "$target.new" "$target"
}

compile hnswlib_peer hnswlib_peer.cpp "${native[@]}"

# Debian's Faiss is compiled for any x86-64: no AVX2.
compile faiss_peer faiss_peer.cpp -std=c++17 -O2 -DNDEBUG -fopenmp -lfaiss -lopenblas

# USearch's distances come from NumKong, which its package holds in source.
numkong=$dir/npm/node_modules/usearch/numkong
flags=(-DNK_NATIVE_F16=0 -DNK_NATIVE_BF16=0 -DNK_DYNAMIC_DISPATCH=1 -I"$numkong/include")
if [ ! -f "$dir/numkong/libnumkong.a" ]; then
  say "compiling NumKong (3 minutes)"
  mkdir -p "$dir/numkong"
  node "$numkong/probes/probe.js" >/dev/null
  for source in "$numkong"/c/numkong.c "$numkong"/c/dispatch_*.c; do
    gcc -std=gnu11 -O3 -w "${flags[@]}" -include "$numkong/nk_probes.h" -c "$source" -o "$dir/numkong/$(basename "$source" .c).o"
  done
  ar rcs "$dir/numkong/libnumkong.a.new" "$dir"/numkong/*.o
  mv "$dir/numkong/libnumkong.a.new" "$dir/numkong/libnumkong.a"
fi
compile usearch_peer usearch_peer.cpp "${native[@]}" -w -DUSEARCH_USE_NUMKONG=1 "${flags[@]}" -I"$numkong/../include" "$dir/numkong/libnumkong.a"

cmp -s "$sources/zvec_peer.mjs" "$dir/bin/zvec_peer.mjs" || cp "$sources/zvec_peer.mjs" "$dir/bin/"

# --- Faiss, compiled for this machine
# Debian's source package; its lists are kept apart, so that the system's own sources stay as they are.
debian_source() {
  mkdir -p "$dir/src" "$dir/apt/parts" "$dir/apt/lists/partial"
  : >"$dir/apt/parts/deb-src.sources"
  sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >>"$dir/apt/parts/deb-src.sources"
  local options=(-qq -o APT::Sandbox::User=root -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$dir/apt/parts" -o "Dir::State::lists=$dir/apt/lists")
  (cd "$dir/src" && apt-get "${options[@]}" update && apt-get "${options[@]}" source --download-only faiss)
  tar -xzf "$dir"/src/faiss_*.orig.tar.gz -C "$dir/src"
}
if [ "${SKIP_NATIVE_FAISS:-0}" != 1 ]; then
  faiss=${FAISS_SOURCE:-}
  if [ -z "$faiss" ]; then
    compgen -G "$dir/src/faiss-*/CMakeLists.txt" >/dev/null || debian_source
    faiss=$(dirname "$(compgen -G "$dir/src/faiss-*/CMakeLists.txt" | tail -1)")
  fi
  build=$dir/faiss-build
  if [ ! -f "$build/source" ] || [ "$(cat "$build/source")" != "$faiss" ]; then
    say "compiling Faiss (4 minutes)"
    rm -rf "$build"
    cmake -S "$faiss" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS="-O3 -march=native" -DFAISS_OPT_LEVEL=avx2 \
      -DFAISS_ENABLE_GPU=OFF -DFAISS_ENABLE_PYTHON=OFF -DBUILD_TESTING=OFF -DBUILD_SHARED_LIBS=OFF >/dev/null
    cmake --build "$build" --target faiss_avx2 -j1 >/dev/null
    printf '%s' "$faiss" >"$build/source"
    rm -f "$dir/bin/faiss_peer_native"
  fi
  compile faiss_peer_native faiss_peer.cpp "${native[@]}" -fopenmp -I"$faiss" "$build/faiss/libfaiss_avx2.a" -lopenblas
fi
say "installed in $dir"
