#!/usr/bin/env bash
# Finds or installs a Chromium for `npm run test:browser`; without one, the last line says why.
set -eu
if [ -n "${CHROMIUM:-}" ] || command -v chromium || command -v chromium-browser || command -v google-chrome; then exit 0; fi
if ! command -v apt-get > /dev/null || [ "$(id -u)" != 0 ]; then
  echo 'no Chromium is installed, and only root can install it with apt-get' >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && timeout 600 apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } > /dev/null 2>&1; then
  echo 'apt-get cannot install the package chromium' >&2
  exit 1
fi
