#!/usr/bin/env bash
# Publishes the command as one file that needs no .NET, artifacts/ingest/ingest: native code where a C compiler links it, else
# compiled ahead (ReadyToRun), which does the same and starts later. The first argument is another runtime identifier, such as
# linux-arm64, for which there is no linker here; more go to 'dotnet publish': -p:InstructionSet=x86-64-v2 for old processors.
set -euo pipefail
cd "$(dirname "$0")/.."
host="$(dotnet --info | sed -n 's/^ *RID: *//p' | head -n 1)"
rid="${1:-$host}"
options=("${@:2}")

publish() {
    rm -rf artifacts/ingest
    dotnet publish src/Ingest.Cli --configuration Release --runtime "$rid" "$@" ${options[@]+"${options[@]}"} --output artifacts/ingest --nologo --verbosity quiet >&2
}

linker=""
for candidate in clang gcc; do
    if [ -z "$linker" ] && command -v "$candidate" >/dev/null; then linker="$candidate"; fi
done

if [ "$rid" != "$host" ]; then
    publish -p:PublishReadyToRun=true
elif [ -z "$linker" ]; then
    echo "No clang or gcc to link native code: compiling ahead instead" >&2
    publish -p:PublishReadyToRun=true
elif ! publish -p:PublishAot=true -p:CppCompilerAndLinker="$linker"; then
    echo "No native code could be made: compiling ahead instead" >&2
    publish -p:PublishReadyToRun=true
fi
echo "artifacts/ingest/ingest"
