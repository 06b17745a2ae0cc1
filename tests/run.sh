#!/usr/bin/env bash
# Builds everything and runs every test against a real PostgreSQL. Arguments go to 'dotnet test' (--filter ...).
# The last line is the sum over all test projects: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/ensure-postgres.sh
source scripts/huge-pages.sh
source scripts/test-counts.sh

trap 'release_postgres; release_huge_pages' EXIT
ensure_postgres
# Two servers of 128 MB at a time, and what they keep besides.
reserve_huge_pages $((400 * 1024))

results="$PWD/artifacts/test-results"
rm -rf "$results"
dotnet build Ingest.sln --configuration "${CONFIGURATION:-Release}" --nologo --verbosity quiet -consoleLoggerParameters:NoSummary

# Methods of tests run too briefly to gain by what the runtime would measure for it.
export DOTNET_TieredPGO=0

# Tests that start the command start what users get, which takes a fraction of the CPU time of the built one. Until it is made,
# which leaves a core idle for much of its time, those tests run that start none.
scripts/publish.sh >/dev/null &
publishing=$!
projects=() of_command=()
for project in tests/*/*.csproj; do
    if ! grep -q 'Microsoft.NET.Test.Sdk' "$project"; then continue; fi
    if grep -q 'Ingest.Cli.csproj' "$project"; then of_command+=("$project"); else projects+=("$project"); fi
done

# One project after the other: each has its own PostgreSQL, and side by side they would starve one another.
for project in "${projects[@]}" "${of_command[@]}"; do
    if [ "$project" = "${of_command[0]}" ] && wait "$publishing"; then export INGEST_PROGRAM="$PWD/artifacts/ingest/ingest"; fi
    run_tests "$project" "$results/$(basename "$project" .csproj)" "$@"
done

release_postgres
print_counts
