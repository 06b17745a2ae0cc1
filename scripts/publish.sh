#!/usr/bin/env bash
# Publishes the command as one file, artifacts/ingest/ingest: with the part of .NET that it uses, compiled ahead for this machine.
# The first argument is another runtime identifier, such as linux-arm64.
set -euo pipefail
cd "$(dirname "$0")/.."
rid="${1:-$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)}"
rm -rf artifacts/ingest
dotnet publish src/Ingest.Cli --configuration Release --runtime "$rid" \
    -p:PublishReadyToRun=true --output artifacts/ingest --nologo --verbosity quiet >&2
echo "artifacts/ingest/ingest"
