#!/bin/bash
# Ends the two processes that up.sh DIR started, and waits until they are gone.
dir=${1:?usage: down.sh DIR}
for name in apiserver etcd; do
  [ -f "$dir/$name.pid" ] || continue
  pid=$(cat "$dir/$name.pid")
  kill "$pid" 2>/dev/null
  for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill -9 "$pid" 2>/dev/null
  rm -f "$dir/$name.pid"
done
exit 0
