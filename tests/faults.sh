#!/usr/bin/env bash
# Breaks loads in every way, alone and mixed, and compares with what must come out: a table on standard output, exit code 1
# when something is wrong.   faults.sh [--minutes N] [--seed S]
# One run again, by the seed that a failure printed:   faults.sh --replay SEED --mode append|upsert FAULT...
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/ensure-postgres.sh

trap release_postgres EXIT
ensure_postgres

configuration="${CONFIGURATION:-Release}"
dotnet build tests/Ingest.FaultTests --configuration "$configuration" --nologo --verbosity quiet -consoleLoggerParameters:NoSummary
# Loads are started by the hundred; the published command takes a fraction of the CPU time of the built one.
if scripts/publish.sh > /dev/null; then export INGEST_PROGRAM="$PWD/artifacts/ingest/ingest"; fi
dotnet run --project tests/Ingest.FaultTests --configuration "$configuration" --no-build -- "$@"
