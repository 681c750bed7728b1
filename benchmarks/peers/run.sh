#!/bin/sh
# Installs the engines Winnow is compared with, builds the comparison, runs it and writes the figures to
# benchmarks/results/<date>-<cpu>/. Arguments are passed on; --help lists them. Wants a quiet machine.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$root/build/peers
onnxruntime=1.30.0

"$root/scripts/setup.sh"
missing=""
for package in libdnnl-dev npm; do
  [ "$package" = npm ] && command -v npm >/dev/null && continue
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
    missing="$missing $package"
done
if [ -n "$missing" ]; then
  as_root=""
  [ "$(id -u)" -eq 0 ] || as_root=sudo
  $as_root apt-get update -qq
  # shellcheck disable=SC2086  # one word a package
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends $missing >/dev/null
fi

# Its install scripts would fetch libraries for graphics cards.
package=$build/npm/node_modules/onnxruntime-node
if ! grep -qs "\"version\": \"$onnxruntime\"" "$package/package.json"; then
  npm install --prefix "$build/npm" --ignore-scripts --no-audit --no-fund --silent \
    "onnxruntime-node@$onnxruntime" >&2
fi
case $(uname -m) in
  x86_64) cpu=x64 ;;
  aarch64) cpu=arm64 ;;
  *) echo "peers: no ONNX Runtime for $(uname -m)" >&2; exit 1 ;;
esac
library=$(find "$package/bin" -path "*/linux/$cpu/*" -name 'libonnxruntime.so*' | head -n 1)

cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DWINNOW_PEERS=ON \
  -DWINNOW_TRAINING=ON -DWINNOW_TESTS=OFF >&2
cmake --build "$build" --target winnow-peers >&2

revision=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
git -C "$root" diff --quiet HEAD -- src benchmarks/peers || revision="$revision with changes"
exec "$build/winnow-peers" --onnxruntime "$library" --results "$root/benchmarks/results" \
  --revision "$revision" "$@"
