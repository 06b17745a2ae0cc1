# shellcheck shell=bash
# A sandbox that lives as long as the script that sources this, from the repository's root:
#
#   source scripts/sandbox.sh
#   sandbox_start [--preset server] [--database NAME] [-c SETTING=VALUE]   # sets and exports INGEST_DSN
#   sandbox_sql 'SELECT 1'                                                 # or @FILE
#   sandbox_stop                                                           # on EXIT

SANDBOX_HOST=src/Ingest.Sandbox.Host/bin/Release/net10.0/ingest-sandbox.dll

# Builds before the sandbox starts: a build server would inherit the pipe that holds it open.
sandbox_build() {
    dotnet build src/Ingest.Sandbox.Host --configuration Release --nologo --verbosity quiet -consoleLoggerParameters:NoSummary >&2
}

sandbox_start() {
    [ -f "$SANDBOX_HOST" ] || sandbox_build
    SANDBOX_FOLDER="$(mktemp -d)"
    mkfifo "$SANDBOX_FOLDER/hold"
    : >"$SANDBOX_FOLDER/dsn"
    dotnet "$SANDBOX_HOST" "$@" <"$SANDBOX_FOLDER/hold" >"$SANDBOX_FOLDER/dsn" &
    SANDBOX_PID=$!
    # This shell's end of the pipe: when the shell ends, however it does, the host reads the end and cleans up.
    exec 9>"$SANDBOX_FOLDER/hold"
    until INGEST_DSN="$(head -n 1 "$SANDBOX_FOLDER/dsn")" && [ -n "$INGEST_DSN" ]; do
        kill -0 "$SANDBOX_PID" 2>/dev/null || { sandbox_stop; return 1; }
        sleep 0.1
    done
    export INGEST_DSN
}

sandbox_sql() {
    dotnet "$SANDBOX_HOST" sql "$INGEST_DSN" "$1" 9>&-
}

sandbox_stop() {
    [ -n "${SANDBOX_FOLDER:-}" ] || return 0
    exec 9>&-
    wait "$SANDBOX_PID" || true
    rm -rf "$SANDBOX_FOLDER"
    SANDBOX_FOLDER=
}
