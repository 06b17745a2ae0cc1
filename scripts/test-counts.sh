# shellcheck shell=bash
# Sums up test projects from their real results. To be sourced:
#
#   source scripts/test-counts.sh
#   run_tests PROJECT FOLDER [argument of 'dotnet test'...]
#   print_counts        # N passed, N failed, N skipped; fails when a test failed or none ran

passed=0 failed=0 skipped=0

# The value of an attribute in the <Counters> element of a result file.
counter() {
    sed -n 's/.*<Counters[^>]* '"$2"'="\([0-9]*\)".*/\1/p' "$1" | head -n 1
}

# Runs a project's tests, with the results in a folder, and adds what became of them.
run_tests() {
    local project="$1" folder="$2" name result ended=0 bad=0
    shift 2
    name="$(basename "$project" .csproj)"
    result="$folder/$name.trx"
    rm -f "$result"
    dotnet test "$project" --configuration "${CONFIGURATION:-Release}" --no-build --nologo --results-directory "$folder" \
        --logger "trx;LogFileName=$name.trx" --blame-hang-timeout 15m --blame-hang-dump-type none "$@" || ended=$?
    if [ -f "$result" ]; then
        bad=$(($(counter "$result" failed) + $(counter "$result" error) + $(counter "$result" timeout) + $(counter "$result" aborted)))
        passed=$((passed + $(counter "$result" passed)))
        skipped=$((skipped + $(counter "$result" total) - $(counter "$result" executed)))
    fi
    if [ "$ended" -ne 0 ] && [ "$bad" -eq 0 ]; then
        echo "$name: ended with exit code $ended and no failed test; counted as one failure" >&2
        bad=1
    fi
    failed=$((failed + bad))
}

print_counts() {
    [ "$failed" -gt 0 ] || [ "$passed" -gt 0 ] || echo "no test ran" >&2
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
