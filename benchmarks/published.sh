#!/bin/sh
# Published quality of public networks, reproduced by both executors: imports their weights and evaluates them.
# Usage: benchmarks/published.sh DATA [WINNOW]
#   DATA    folder with weights/*.safetensors and sr/test/{Set5,Set14,B100}
#   WINNOW  the program; default build/release/winnow
set -eu
data=$1
winnow=${2:-build/release/winnow}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sets="--set $data/sr/test/Set5 --set $data/sr/test/Set14 --set $data/sr/test/B100"
"$winnow" import "$data/weights/imdn_x4.safetensors" --network imdn -s 4 -o "$work/imdn.safetensors"
"$winnow" import "$data/weights/carn_m_x234.safetensors" --network carn_m -s 4 -o "$work/carn_m.safetensors"
"$winnow" import "$data/weights/rfdn_aim_x4.safetensors" --network rfdn_aim -s 4 -o "$work/rfdn_aim.safetensors"

means() { awk '/ x4, /{title=$0} $1=="mean"{print title ": " $2 " dB, SSIM " $3 ", " $4 " ms"}'; }

# shellcheck disable=SC2086  # $sets is a list of options
{
  "$winnow" eval -m bicubic -s 4 $sets
  for network in imdn carn_m rfdn_aim; do
    for executor in engine libtorch; do
      "$winnow" eval -m "$work/$network.safetensors" $sets --executor $executor
    done
  done
} | means
