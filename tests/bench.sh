#!/usr/bin/env bash
# Races `ingest load` with psql's \copy, upserts by hand, pgloader and a loader in Python on this machine, and writes
# docs/benchmarks/latest.md and latest.json. `tests/bench.sh --help` has the options; the race itself is the verb `race`
# of tests/Ingest.Benchmarks.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/ensure-postgres.sh
source scripts/huge-pages.sh

dotnet build tests/Ingest.Benchmarks --configuration Release --nologo --verbosity quiet -consoleLoggerParameters:NoSummary >&2
race() { dotnet tests/Ingest.Benchmarks/bin/Release/net10.0/Ingest.Benchmarks.dll race "$@"; }
case " $* " in *" --help "* | *" --dry-run "*) race "$@"; exit ;; esac

# Bad options are refused before anything is installed or started.
race --dry-run "$@" >/dev/null
trap 'release_postgres; release_huge_pages' EXIT
ensure_postgres
# The server's shared_buffers of 1 GB, and what it keeps besides.
if [ -z "${INGEST_TEST_DSN:-}" ] && [[ " $* " != *" --small-pages "* ]]; then reserve_huge_pages $((1152 * 1024)); fi
scripts/publish.sh >/dev/null
race "$@"
