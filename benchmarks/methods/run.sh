#!/bin/sh
# Compares pruning methods: makes the same dense model sparse by each, at several budgets, with the same number of
# training steps, and writes a table and a page. Does two at a time, one thread each. What is done is not done again, and an
# interrupted run goes on where it was: give the same arguments.
#
# usage: benchmarks/methods/run.sh OUT DATA TEST [MODEL]
#   OUT    folder for models, logs, table.md and report.html
#   DATA   folder of sharp photographs to train on; several, separated by colons
#   TEST   what to measure on: a set as winnow eval takes it, or a folder of sets such as Set5; several, separated by colons
#   MODEL  dense model; default: parent-x4
# From the environment: STEPS (default 8000), BUDGETS, METHODS, SEEDS (of the first budget; the others get the first
# seed), JOBS (default 2), DEVICE (cpu or cuda), LABELS (photos: of a network that removes blur, blur the photographs), LPIPS
# (file of weights: measure it too, as winnow eval does), WINNOW (the program).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
out=${1:?usage: benchmarks/methods/run.sh OUT DATA TEST [MODEL]}
data=${2:?folder of photographs}
test=${3:?folder of test sets}
model=${4:-$root/models/parent-x4.safetensors}
steps=${STEPS:-8000}
budgets=${BUDGETS:-"0.25 0.125 0.0625"}
methods=${METHODS:-"filter one-shot sr-ste domino sls"}
seeds=${SEEDS:-"1 2"}
winnow=${WINNOW:-$root/build/release/winnow}
mkdir -p "$out"

# One line a run, for compress.sh.
list() {
  first=${budgets%% *}
  for budget in $budgets; do
    for method in $methods; do
      for seed in $seeds; do
        [ "$budget" = "$first" ] || [ "$seed" = "${seeds%% *}" ] || continue
        echo "'$out/$method-$budget-seed$seed' '$model' --method $method --budget $budget --seed $seed"
      done
    done
  done
}

old=$IFS; IFS=:; set -f
# shellcheck disable=SC2086
set -- $data
IFS=$old; set +f
for folder; do
  set -- "$@" --data "$folder"
  shift
done
list | WINNOW=$winnow xargs -P "${JOBS:-2}" -L 1 "$root/benchmarks/compress.sh" "$@" --steps "$steps" ${LABELS:+--labels "$LABELS"} --

any_folder() {
  for folder; do [ ! -d "$folder" ] || return 0; done
  return 1
}

# Folders with HR/, with blur/ and sharp/, with sequences of these or with pictures alone; others hold such sets.
is_set() { any_folder "$1"/HR "$1"/sharp "$1"/*/sharp || ! any_folder "$1"/*/; }

# One line a set.
find_sets() {
  for place; do
    if is_set "$place"; then echo "$place"; continue; fi
    for set in "$place"/*/; do echo "${set%/}"; done
  done
}

old=$IFS; IFS=:; set -f
# shellcheck disable=SC2086
set -- $test
IFS=$old; set +f
sets=$(find_sets "$@" | sed 's/^/--set /')
models=""
for budget in $budgets; do
  for method in $methods; do
    for seed in $seeds; do
      name=$method-$budget-seed$seed
      [ ! -e "$out/$name.safetensors" ] || models="$models $out/$name.run"
    done
  done
done
# shellcheck disable=SC2086
"$winnow" report "$model" $models $sets ${LPIPS:+--lpips "$LPIPS"} -j 1 -o "$out/report.html" --md --quiet >"$out/table.md"
cat "$out/table.md"
