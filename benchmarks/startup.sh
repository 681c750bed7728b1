#!/bin/sh
# What `winnow restore` takes beyond the network itself: starting, reading, preparing kernels, writing. Restores a small
# picture in a process of its own, in turns with `winnow bench` for the same extent, one thread; prints medians.
#
# usage: benchmarks/startup.sh [PICTURE WIDTHxHEIGHT]
# From the environment: RUNS (default 7), WINNOW (the program), MODEL (default winnow-x4).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
picture=${1:-$root/examples/cat.png}
size=${2:-451x300}
winnow=${WINNOW:-$root/build/release/winnow}
model=${MODEL:-winnow-x4}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%.1f", v[int((NR + 1) / 2)] }'; }
network() { "$winnow" bench -m "$model" --size "$size" -j 1 --json | sed -n 's/.*"ms": *\([0-9.]*\).*/\1/p' | head -1; }

for run in $(seq "${RUNS:-7}"); do
  network >>"$out/network"
  for format in png jpeg; do
    from=$(date +%s%N)
    "$winnow" restore "$picture" -m "$model" -o "$out/restored.$format" -j 1 --force --quiet
    echo "$from $(date +%s%N)" | awk '{ print ($2 - $1) / 1e6 }' >>"$out/$format"
  done
done
kernel=$(median "$out/network")
echo "$model, $size, one thread; milliseconds, medians of ${RUNS:-7}"
echo "network alone $kernel"
for format in png jpeg; do
  median "$out/$format" | awk -v f=$format -v k="$kernel" '{ printf "to %-4s %.1f, %.1f beyond the network\n", f, $1, $1 - k }'
done
