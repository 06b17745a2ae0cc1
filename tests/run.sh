#!/usr/bin/env bash
# Builds everything and runs every test against a real PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet test Ingest.sln
