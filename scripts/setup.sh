#!/bin/sh
# Installs the Debian packages that building, testing and running Winnow needs and this machine lacks.
# --no-training leaves out libtorch.
set -eu

packages="make g++ cmake ninja-build pkg-config ccache \
  libvips-dev libspng-dev libisal-dev libjpeg-dev libhwy-dev libxbyak-dev libdnnl-dev libeigen3-dev nlohmann-json3-dev libcli11-dev \
  libprotobuf-dev protobuf-compiler libzip-dev \
  libgtest-dev dpkg-dev file"
if [ "${1:-}" != "--no-training" ]; then
  packages="$packages libtorch-dev libopenblas0-pthread libtomlplusplus-dev"
fi

missing=""
for package in $packages; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
  exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "setup: not root and no sudo; install as root:$missing" >&2
    exit 1
  }
  as_root="sudo"
fi
echo "setup: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086  # one word a package
$as_root apt-get install -qq -y --no-install-recommends $missing >/dev/null
