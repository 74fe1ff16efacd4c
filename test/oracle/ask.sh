#!/usr/bin/env bash
# Asks the real Pilot what it sends. README.md describes a scenario.
#   ask.sh DIR [NAME ...]      the scenarios DIR/NAME; all of DIR if none is named
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(cd "${1:?usage: ask.sh DIR [NAME ...]}" && pwd)
shift
cache=${CACHE:-$HOME/.cache/meshlint-oracle}
mkdir -p "$cache"
program=$cache/pilot.test
if [ ! -x "$program" ] || [ -n "$(find "$here" \( -name '*.go' -o -name go.mod \) -newer "$program")" ]; then
  echo 'compiling Pilot: about ten minutes the first time' >&2
  (cd "$here" && go test -mod=mod -c -o "$program" .)
fi
names=$(IFS=,; echo "$*")
# Meshes in ambient mode need a control plane with the settings of the ambient profile: each run takes only the scenarios of its kind.
status=0
for ambient in false true; do
  PILOT_ENABLE_AMBIENT=$ambient "$program" -test.run 'TestScenarios$' -scenarios "$dir" -only "$names" || status=1
done
exit $status
