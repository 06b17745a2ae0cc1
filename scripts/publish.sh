#!/usr/bin/env bash
# Publishes the command to artifacts/ingest: framework-dependent, compiled ahead for this machine (ReadyToRun).
# The first argument is another runtime identifier, such as linux-arm64.
set -euo pipefail
cd "$(dirname "$0")/.."
rid="${1:-$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)}"
dotnet publish src/Ingest.Cli --configuration Release --runtime "$rid" --no-self-contained \
    -p:PublishReadyToRun=true --output artifacts/ingest --nologo --verbosity quiet >&2
echo "artifacts/ingest/ingest"
