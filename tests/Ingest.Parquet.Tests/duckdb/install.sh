#!/usr/bin/env bash
# Installs DuckDB next to this script; the tests do the same when node_modules is missing.
set -euo pipefail
cd "$(dirname "$0")"
npm install --no-audit --no-fund --loglevel=error
