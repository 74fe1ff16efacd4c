#!/bin/bash
# Brings what `npm run test:cluster` needs, as far as this machine lets it: etcd from Debian, the API server from its Go module.
# Says in one line what cannot be had, and fails then. The build may take ${BUDGET:-1500} seconds.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lacks() { echo "$1" >&2; exit 1; }
for program in kubectl openssl curl; do command -v "$program" >/dev/null || lacks "$program is not on the PATH"; done
if ! command -v etcd >/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || lacks "etcd is not on the PATH, and only root can install it"
  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends etcd-server >/dev/null
  command -v etcd >/dev/null || lacks "etcd could not be installed"
fi
command -v go >/dev/null || lacks "go is not on the PATH: the API server and its definitions come as Go modules"
timeout "${BUDGET:-1500}" "$here/build.sh" || lacks "kube-apiserver could not be built"
