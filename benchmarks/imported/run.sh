#!/bin/sh
# Imports networks of other projects, makes them sparse without training and then by training without labels, and writes what
# that costs and gains: NAME.md and NAME.html, and beside other engines NAME-peers.txt. What is done is not done again, and an
# interrupted run goes on where it was: give the same arguments. Times are taken at the end; nothing else should be running then.
#
# usage: benchmarks/imported/run.sh OUT PHOTOS TEST FILE...
#   OUT     folder for models, logs and tables
#   PHOTOS  folder of photographs; of a network that removes blur, a set of pairs
#   TEST    what to measure on: a set as winnow eval takes it; several, separated by colons
#   FILE    a network as winnow import takes it
# From the environment: BUDGETS (default "0.5 0.25 0.125"), STEPS (default 2000), JOBS (default 2, one thread each), DEVICE (cpu or
# cuda), WINNOW (the program), WIDTH and HEIGHT (of the input that is timed; default 320 and 180), PEERS (0: not beside other engines).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
usage="usage: benchmarks/imported/run.sh OUT PHOTOS TEST FILE..."
out=${1:?$usage}
photos=${2:?folder of photographs}
test=${3:?test sets}
shift 3
[ $# -gt 0 ] || { echo "$usage" >&2; exit 2; }
budgets=${BUDGETS:-"0.5 0.25 0.125"}
steps=${STEPS:-2000}
winnow=${WINNOW:-$root/build/release/winnow}
mkdir -p "$out"
out=$(cd "$out" && pwd)

names=""
for file; do
  name=$(basename "$file" | sed 's/\.[^.]*$//')
  names="$names $name"
  [ -e "$out/$name.safetensors" ] || "$winnow" import "$file" -o "$out/$name.safetensors" >&2
done

# The pruned network stays in the run's folder, the trained one is the output.
for name in $names; do
  for budget in $budgets; do echo "'$out/$name-$budget' '$out/$name.safetensors' --budget $budget"; done
done | WINNOW=$winnow xargs -P "${JOBS:-2}" -L 1 "$root/benchmarks/compress.sh" --data "$photos" --labels teacher --steps "$steps" --

old=$IFS; IFS=:; set -f
# shellcheck disable=SC2086
set -- $test
IFS=$old; set +f
sets=""
for set; do sets="$sets --set $set"; done

# Of the dense network and others; a page as well.
report() {
  page=$1
  shift
  # shellcheck disable=SC2086
  "$winnow" report "$@" $sets -j 1 -o "$out/$page.html" --md --quiet
}

for name in $names; do
  dense=$out/$name.safetensors pruned="" trained=""
  for budget in $budgets; do
    pruned="$pruned $out/$name-$budget.run/pruned.safetensors"
    trained="$trained $out/$name-$budget.safetensors"
  done
  # shellcheck disable=SC2086
  {
    printf '\n## %s\n\nWithout training:\n\n' "$name"
    report "$name-pruned" "$dense" $pruned
    printf '\nAfter %s steps without labels:\n\n' "$steps"
    report "$name" "$dense" $trained
  } >"$out/$name.md"
  cat "$out/$name.md"
  [ "${PEERS:-1}" = 1 ] || continue
  # shellcheck disable=SC2086
  "$root/benchmarks/peers/run.sh" --results "$out/peers-$name" --threads 1 --width "${WIDTH:-320}" --height "${HEIGHT:-180}" \
    --models "$dense" $trained >"$out/$name-peers.txt"
  cat "$out/$name-peers.txt"
done
