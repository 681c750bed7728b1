#!/bin/sh
# winnow compress that is done once: not again where its output lies already, and on from where it was interrupted. One thread;
# what winnow says goes to OUTPUT.txt, its run into the folder OUTPUT.run. For xargs: what all runs share comes first.
#
# usage: benchmarks/compress.sh [OPTION...] -- OUTPUT MODEL [OPTION...]
#   OUTPUT  the file to make, without .safetensors
#   OPTION  of winnow compress
# From the environment: WINNOW (the program), DEVICE (cpu or cuda). Exits with 255 after a failure: xargs starts nothing more then.
set -eu
case " $* " in
  *" -- "*) ;;
  *) echo "usage: benchmarks/compress.sh [OPTION...] -- OUTPUT MODEL [OPTION...]" >&2; exit 2 ;;
esac
while [ "$1" != -- ]; do
  set -- "$@" "$1"
  shift
done
output=$2 model=$3
shift 3
name=$(basename "$output")
[ ! -e "$output.safetensors" ] || exit 0
# Whichever the run has come to: --method greedy prunes first.
for state in checkpoint pruned; do
  [ ! -e "$output.run/$state.safetensors" ] || { set -- "$@" --resume; break; }
done
"$WINNOW" compress "$model" "$@" --run "$output.run" -o "$output.safetensors" --name "$name" -j 1 --quiet \
  ${DEVICE:+--device "$DEVICE"} >"$output.txt" || { echo "$name failed" >&2; exit 255; }
echo "$name done" >&2
