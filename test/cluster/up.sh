#!/bin/bash
# Starts a real Kubernetes API server with the custom resource definitions of Istio and the Gateway API, on loopback only.
#
#   up.sh DIR      DIR gets kubeconfig, logs and process ids; the server listens on 127.0.0.1:${PORT:-16443}
#   down.sh DIR    ends exactly the two processes that up.sh started
#
# The kubeconfig has a context for each of three users: "admin" may do everything, "reader" and "member" what they are given.
# DEFINITIONS=none leaves the custom resource definitions out.
# Needs Go, etcd (Debian: etcd-server), openssl, curl, kubectl. The first run builds kube-apiserver from its Go module into
# ${CACHE:-$HOME/.cache/meshlint-cluster}, which takes about ten minutes on two cores; later runs take seconds.
# There is no kubelet and no controller: objects are stored, validated and served, pods do not run (create Pods and EndpointSlices yourself).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:?usage: up.sh DIR}; port=${PORT:-16443}; etcd_port=$((port + 1)); peer_port=$((port + 2))
cache=${CACHE:-$HOME/.cache/meshlint-cluster}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
command -v etcd >/dev/null || { echo "etcd is missing: apt-get install etcd-server" >&2; exit 1; }
"$here/build.sh"
cd "$dir"
openssl genrsa -out sa.key 2048 2>/dev/null
openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
admin=$(openssl rand -hex 16) reader=$(openssl rand -hex 16) member=$(openssl rand -hex 16)
cat > tokens.csv <<T
$admin,admin,admin,system:masters
$reader,reader,reader
$member,member,member
T
etcd --data-dir etcd --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
  --listen-peer-urls "http://127.0.0.1:$peer_port" --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-cluster "default=http://127.0.0.1:$peer_port" > etcd.log 2>&1 &
echo $! > etcd.pid
"$cache/kube-apiserver" --etcd-servers="http://127.0.0.1:$etcd_port" --bind-address=127.0.0.1 --secure-port="$port" --cert-dir=certs \
  --service-account-key-file=sa.pub --service-account-signing-key-file=sa.key --service-account-issuer=https://kubernetes.default.svc \
  --token-auth-file=tokens.csv --authorization-mode=RBAC --service-cluster-ip-range=10.96.0.0/16 \
  --disable-admission-plugins=ServiceAccount > apiserver.log 2>&1 &
echo $! > apiserver.pid
cat > kubeconfig <<K
apiVersion: v1
kind: Config
clusters: [{name: test, cluster: {server: "https://127.0.0.1:$port", insecure-skip-tls-verify: true}}]
users:
- {name: admin, user: {token: "$admin"}}
- {name: reader, user: {token: "$reader"}}
- {name: member, user: {token: "$member"}}
contexts:
- {name: admin, context: {cluster: test, user: admin}}
- {name: reader, context: {cluster: test, user: reader}}
- {name: member, context: {cluster: test, user: member, namespace: shop}}
current-context: admin
K
for _ in $(seq 60); do
  curl -sk -H "Authorization: Bearer $admin" "https://127.0.0.1:$port/readyz" | grep -q '^ok' && break
  sleep 1
done
[ "${DEFINITIONS:-}" = none ] && { echo "$dir/kubeconfig"; exit 0; }
module() { go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",/\1/p'; }
kubectl --kubeconfig kubeconfig create -f "$(module istio.io/api@v1.31.1)/kubernetes/customresourcedefinitions.gen.yaml" >/dev/null
for file in "$(module sigs.k8s.io/gateway-api@v1.6.0)"/config/crd/standard/*s.yaml; do kubectl --kubeconfig kubeconfig create -f "$file" >/dev/null; done
kubectl --kubeconfig kubeconfig wait --for=condition=Established crd --all --timeout=30s >/dev/null
echo "$dir/kubeconfig"
