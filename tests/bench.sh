#!/usr/bin/env bash
# Measures `ingest load` against psql's \copy and against an upsert by hand, side by side on this machine, and writes the
# medians to docs/benchmarks/latest.md and latest.json. Nothing else should run meanwhile; some 8 GB of disk are needed.
#
#   tests/bench.sh [--rows N] [--rounds N] [--only WORK,...]
#
#   --rows N     rows of the large file (default 5000000)
#   --rounds N   times that each work is done by both sides (default 3)
#   --only       of: append, upsert, unchanged, changed, small, memory, parquet (default: all)
#
# The work parquet loads the same rows from Parquet and from CSV. It needs node and npm, which make its file.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/ensure-postgres.sh
source scripts/sandbox.sh

invocation="tests/bench.sh${*:+ $*}"
rows=5000000 rounds=3 only=append,upsert,unchanged,changed,small,memory,parquet
usage() { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case "$1" in
        --rows) rows="$2" ;;
        --rounds) rounds="$2" ;;
        --only) only="$2" ;;
        *) usage ;;
    esac
    shift 2
done
case "$rows$rounds" in *[!0-9]*) usage ;; esac
[ "$rows" -gt 0 ] && [ "$rounds" -gt 0 ] || usage
for work in ${only//,/ }; do
    case "$work" in append | upsert | unchanged | changed | small | memory | parquet) ;; *) usage ;; esac
done

samples="$(mktemp -d)"
trap 'sandbox_stop; release_postgres; rm -rf "$samples"' EXIT
data=artifacts/bench
ingest=artifacts/ingest/ingest
benchmarks=tests/Ingest.Benchmarks/bin/Release/net10.0/Ingest.Benchmarks.dll

wanted() { case ",$only," in *",$1,"*) return 0 ;; *) return 1 ;; esac }

# The file of so many rows, made if it is not there: generate ROWS [--changed]
generate() {
    file="$data/narrow-$1${2:+-changed}.csv"
    [ -f "$file" ] && return
    mkdir -p "$data"
    dotnet "$benchmarks" generate narrow "$1" "$file.part" ${2:+"$2"}
    mv "$file.part" "$file"
}

# The rows of a CSV file as Parquet, made if it is not there: generate_parquet FILE
generate_parquet() {
    file="${1%.csv}.parquet"
    [ -f "$file" ] && return
    local duckdb=tests/Ingest.Parquet.Tests/duckdb
    [ -d "$duckdb/node_modules/@duckdb" ] || bash "$duckdb/install.sh" >&2
    node tests/Ingest.Benchmarks/Parquet/duckdb-narrow.mjs "$duckdb" "$1" "$file.part"
    mv "$file.part" "$file"
}

sql() { "$psql" --no-psqlrc --quiet --no-align --tuples-only --set ON_ERROR_STOP=1 "$@" 9>&-; }

# Runs a command and notes its seconds, seconds of CPU and peak memory in MB: measure WORK SIDE COMMAND...
measure() {
    local work="$1" side="$2" TIMEFORMAT='%3R %3U %3S' status=0
    shift 2
    if $gnu_time; then
        { time /usr/bin/time --format %M --output "$samples/peak" "$@" >"$samples/output" 2>&1 9>&- || status=$?; } 2>"$samples/time"
    else
        { time watch_memory "$@" >"$samples/output" 2>&1 9>&- || status=$?; } 2>"$samples/time"
    fi
    if [ "$status" -ne 0 ]; then
        echo "$work: $side ended with exit code $status:" >&2
        tail -n 5 "$samples/output" >&2
        exit 1
    fi
    awk '{ print $1 }' "$samples/time" >>"$samples/$work.$side.seconds"
    awk '{ print $2 + $3 }' "$samples/time" >>"$samples/$work.$side.cpu"
    awk '{ print $1 / 1024 }' "$samples/peak" >>"$samples/$work.$side.peak"
    echo "$work, $side: $(awk '{ print $1 }' "$samples/time") s" >&2
}

# Without GNU time: the kernel's own high-water mark, looked at until the process has gone.
watch_memory() {
    local pid peak=0 seen
    "$@" &
    pid=$!
    while seen="$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null)" && [ -n "$seen" ]; do
        peak="$seen"
        sleep 0.02
    done
    echo "$peak" >"$samples/peak"
    wait "$pid"
}

by_ingest() { # FILE [OPTION...]
    local from="$1"
    shift
    echo "$ingest" load "$from" --table by_ingest --quiet "$@"
}

# The peer of Parquet is our own load of CSV.
csv_by_ingest() { # FILE
    echo "$ingest" load "$1" --table by_hand --quiet --mode append --force
}

# What a careful operator types: one session, a temporary table without indexes, one statement.
upsert_by_hand() { # FILE
    cat <<SQL
CREATE TEMP TABLE stage (LIKE by_hand);
\copy stage FROM '$1' (FORMAT csv, HEADER)
INSERT INTO by_hand SELECT * FROM stage ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = excluded.price,
    quantity = excluded.quantity, active = excluded.active, made = excluded.made, seen = excluded.seen,
    note = excluded.note, code = excluded.code, score = excluded.score;
SQL
}

copy_by_hand() { echo "\\copy by_hand FROM '$1' (FORMAT csv, HEADER)"; }

# Each side starts from a table that holds nothing, or the rows of the file, and with nothing left to be written.
prepare() { # TABLE empty|filled
    sql --command "TRUNCATE $1"
    if [ "$2" = filled ]; then
        sql --command "INSERT INTO $1 SELECT * FROM filled"
        sql --command "VACUUM ANALYZE $1"
    fi
    sql --command CHECKPOINT
}

digest() { sql --command "SELECT count(*) || ' rows, ' || coalesce(sum(hashtext(t::text)), 0) FROM $1 t"; }

# Fails when the two tables differ: check WORK
check() {
    local ours theirs
    ours="$(digest by_ingest)" theirs="$(digest by_hand)"
    [ "$ours" = "$theirs" ] && return
    echo "$1: the tables differ: by ingest $ours, by hand $theirs" >&2
    exit 1
}

# One work by both sides, in turns: compare WORK empty|filled FILE SCRIPT [OPTION...]
compare() {
    local work="$1" state="$2" from="$3" script="$4" round side
    shift 4
    "$script" "$from" >"$samples/script.sql"
    for ((round = 1; round <= rounds; round++)); do
        for side in $(turns "$round"); do
            if [ "$side" = ingest ]; then
                prepare by_ingest "$state"
                measure "$work" ingest $(by_ingest "$from" "$@")
            else
                prepare by_hand "$state"
                measure "$work" peer "$psql" --no-psqlrc --quiet --set ON_ERROR_STOP=1 --file "$samples/script.sql"
            fi
        done
        check "$work"
    done
}

# The same rows from Parquet and from CSV, in turns: compare_parquet PARQUET CSV
compare_parquet() {
    local round side
    for ((round = 1; round <= rounds; round++)); do
        for side in $(turns "$round"); do
            if [ "$side" = ingest ]; then
                prepare by_ingest empty
                measure parquet ingest $(by_ingest "$1" --mode append --force)
            else
                prepare by_hand empty
                measure parquet peer $(csv_by_ingest "$2")
            fi
        done
        check parquet
    done
}

turns() { [ $(($1 % 2)) -eq 1 ] && echo ingest peer || echo peer ingest; }

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
largest() { sort -n "$1" | tail -n 1; }

ensure_postgres
psql="$(command -v psql || echo "${POSTGRES_BIN:-}/psql")"
[ -x "$psql" ] || { echo "psql, which ingest is compared with, is not installed" >&2; exit 1; }
gnu_time=false
/usr/bin/time --format %M --output "$samples/peak" true 2>/dev/null && gnu_time=true
$gnu_time || [ -d /proc/self ] || { echo "neither GNU time nor /proc: peak memory cannot be measured" >&2; exit 1; }

echo "Building" >&2
scripts/publish.sh >/dev/null
dotnet build tests/Ingest.Benchmarks --configuration Release --nologo --verbosity quiet -consoleLoggerParameters:NoSummary >&2
sandbox_build
generate 1000; small="$file"
generate "$rows"; large="$file"
! wanted changed || { generate "$rows" --changed; changed="$file"; }
! wanted memory || generate 500000
if wanted parquet; then
    if command -v node >/dev/null && command -v npm >/dev/null; then
        generate_parquet "$large"; parquet="$file"
    else
        echo "parquet: left out, as node and npm are not installed" >&2
        only="$(tr , '\n' <<<"$only" | grep -v '^parquet$' | paste -sd , -)"
    fi
fi

sandbox_start --preset server --database ingest_bench
[[ "$INGEST_DSN" =~ ^postgres(ql)?://([^:/@]+):([^@]*)@([^:/]+):([0-9]+)/([^?]+) ]]
export PGUSER="${BASH_REMATCH[2]}" PGPASSWORD="${BASH_REMATCH[3]}" PGHOST="${BASH_REMATCH[4]}" PGPORT="${BASH_REMATCH[5]}" PGDATABASE="${BASH_REMATCH[6]}"
for table in by_ingest by_hand filled; do
    dotnet "$benchmarks" ddl narrow "$table" | sql
done
# The manifest's tables exist in every run alike, and the files are in the cache of the system for both sides.
prepare by_ingest empty
$(by_ingest "$small" --pk id) 9>&- >"$samples/output" 2>&1 || { cat "$samples/output" >&2; exit 1; }
cat "$large" ${changed:+"$changed"} ${parquet:+"$parquet"} >/dev/null
if wanted unchanged || wanted changed; then
    copy_by_hand "$large" | sed 's/by_hand/filled/' | sql
    sql --command "VACUUM ANALYZE filled"
fi

! wanted append || compare append empty "$large" copy_by_hand --mode append --force
! wanted upsert || compare upsert empty "$large" upsert_by_hand --pk id
! wanted unchanged || compare unchanged filled "$large" upsert_by_hand --pk id
! wanted changed || compare changed filled "$changed" upsert_by_hand --pk id
! wanted small || compare small empty "$small" copy_by_hand --mode append --force
! wanted parquet || compare_parquet "$parquet" "$large"
if wanted memory; then
    for count in $(printf '%s\n' 500000 "$rows" | sort -nu); do
        prepare by_ingest empty
        measure "memory-$count" ingest $(by_ingest "$data/narrow-$count.csv" --pk id)
    done
fi

title() {
    case "$1" in
        append) echo "append $rows rows; peer: \\copy" ;;
        upsert) echo "upsert $rows rows into an empty table; peer: \\copy + INSERT … ON CONFLICT" ;;
        unchanged) echo "upsert $rows rows over themselves; peer: \\copy + INSERT … ON CONFLICT" ;;
        changed) echo "upsert $rows rows, every one changed; peer: \\copy + INSERT … ON CONFLICT" ;;
        small) echo "append 1000 rows, cold start; peer: \\copy" ;;
        parquet) echo "append $rows rows of Parquet; peer: ingest, the same rows as CSV" ;;
    esac
}

# One line for each work: name, ingest s, peer s, ratio, peak MB, CPU s.
results() {
    local work
    for work in append upsert unchanged changed small parquet; do
        [ -f "$samples/$work.ingest.seconds" ] || continue
        echo "$work $(median "$samples/$work.ingest.seconds") $(median "$samples/$work.peer.seconds")" \
            "$(largest "$samples/$work.ingest.peak") $(median "$samples/$work.ingest.cpu")"
    done | awk '{ printf "%s %.2f %.2f %.2f %.0f %.2f\n", $1, $2, $3, $2 / $3, $4, $5 }'
}

# The peaks by number of rows: peaks FORMAT
peaks() {
    local count
    for count in $(printf '%s\n' 500000 "$rows" | sort -nu); do
        # shellcheck disable=SC2059 # The format is the caller's.
        printf "$1" "$count" "$(largest "$samples/memory-$count.ingest.peak")"
    done
}

cores="$(getconf _NPROCESSORS_ONLN)"
memory="$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo 2>/dev/null || echo "?")"
server="$(sql --command 'SHOW server_version' | awk '{ print $1 }')"
runtime="$(dotnet --list-runtimes | awk '$1 == "Microsoft.NETCore.App" { version = $2 } END { print version }')"
day="$(date -u +%Y-%m-%d)"

markdown() {
    local work ours theirs ratio peak cpu
    echo "# Benchmark"
    echo
    echo "Medians of $rounds rounds, both sides in turns, by \`$invocation\` on $day."
    echo "Machine: $cores cores, $memory GB of memory, shared by client and server; PostgreSQL $server (durable, 1 GB of shared_buffers), .NET $runtime."
    echo
    echo "| work | ingest s | peer s | ratio | ingest peak MB | ingest CPU s |"
    echo "| --- | ---: | ---: | ---: | ---: | ---: |"
    results | while read -r work ours theirs ratio peak cpu; do
        echo "| $(title "$work") | $ours | $theirs | $ratio | $peak | $cpu |"
    done
    if wanted memory; then
        echo
        echo "Peak memory of an upsert: $(peaks '%d rows: %.0f MB. ')" | sed "s/ $//"
    fi
}

json() {
    local work ours theirs ratio peak cpu separator=""
    printf '{"date":"%s","rows":%s,"rounds":%s,"cores":%s,"memory_gb":"%s","postgresql":"%s","dotnet":"%s","results":[' \
        "$day" "$rows" "$rounds" "$cores" "$memory" "$server" "$runtime"
    results | while read -r work ours theirs ratio peak cpu; do
        printf '%s\n{"work":"%s","ingest_s":%s,"peer_s":%s,"ratio":%s,"peak_mb":%s,"cpu_s":%s}' \
            "$separator" "$work" "$ours" "$theirs" "$ratio" "$peak" "$cpu"
        separator=,
    done
    printf '],\n"peak_mb":{'
    if wanted memory; then
        peaks '"%d":%.0f,' | sed 's/,$//'
    fi
    printf '}}\n'
}

mkdir -p docs/benchmarks
json >docs/benchmarks/latest.json
markdown | tee docs/benchmarks/latest.md
