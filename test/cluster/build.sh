#!/bin/bash
# Builds the API server that up.sh starts into ${CACHE:-$HOME/.cache/meshlint-cluster}, unless it is there.
set -euo pipefail
cache=${CACHE:-$HOME/.cache/meshlint-cluster}
[ -x "$cache/kube-apiserver" ] && exit 0
mkdir -p "$cache"
echo "building kube-apiserver (once) ..." >&2
cd "$(dirname "${BASH_SOURCE[0]}")"
CGO_ENABLED=0 go build -mod=mod -ldflags '-s -w' -o "$cache/kube-apiserver.part" k8s.io/kubernetes/cmd/kube-apiserver
mv "$cache/kube-apiserver.part" "$cache/kube-apiserver"
