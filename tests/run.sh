#!/usr/bin/env bash
# Builds everything and runs every test against a real PostgreSQL. Arguments go to 'dotnet test' (--filter ...).
# The last line is the sum over all test projects: N passed, N failed, N skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/ensure-postgres.sh

trap release_postgres EXIT
ensure_postgres

configuration="${CONFIGURATION:-Release}"
results="$PWD/artifacts/test-results"
rm -rf "$results"
dotnet build Ingest.sln --configuration "$configuration" --nologo --verbosity quiet -consoleLoggerParameters:NoSummary

# Tests that start the command start what users get, which takes a fraction of the CPU time of the built one.
if scripts/publish.sh > /dev/null; then export INGEST_PROGRAM="$PWD/artifacts/ingest/ingest"; fi

passed=0 failed=0 skipped=0

# The value of an attribute in the <Counters> element of a result file.
counter() {
    sed -n 's/.*<Counters[^>]*'"$2"'="\([0-9]*\)".*/\1/p' "$1" | head -n 1
}

# One project after the other: each has its own PostgreSQL, and side by side they would starve one another.
for project in tests/*/*.csproj; do
    grep -q 'Microsoft.NET.Test.Sdk' "$project" || continue
    name="$(basename "$project" .csproj)"
    result="$results/$name.trx"
    ended=0
    dotnet test "$project" --configuration "$configuration" --no-build --nologo --results-directory "$results" \
        --logger "trx;LogFileName=$name.trx" --blame-hang-timeout 15m --blame-hang-dump-type none "$@" || ended=$?
    bad=0
    if [ -f "$result" ]; then
        bad=$(($(counter "$result" ' failed') + $(counter "$result" ' error') + $(counter "$result" ' timeout') + $(counter "$result" ' aborted')))
        passed=$((passed + $(counter "$result" ' passed')))
        skipped=$((skipped + $(counter "$result" ' total') - $(counter "$result" ' executed')))
    fi
    if [ "$ended" -ne 0 ] && [ "$bad" -eq 0 ]; then
        echo "$name: ended with exit code $ended and no failed test; counted as one failure" >&2
        bad=1
    fi
    failed=$((failed + bad))
done

status=0
if [ "$failed" -gt 0 ]; then
    status=1
elif [ "$passed" -eq 0 ]; then
    echo "no test ran" >&2
    status=1
fi
release_postgres
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
