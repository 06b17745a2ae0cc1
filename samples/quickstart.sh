#!/usr/bin/env bash
# Loads the samples into a throwaway PostgreSQL, and shows the summaries and the rows. Needs the .NET 10 SDK.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/ensure-postgres.sh
source scripts/sandbox.sh

trap 'sandbox_stop; release_postgres' EXIT
ensure_postgres
echo "Building the command" >&2
scripts/publish.sh >/dev/null
sandbox_build
sandbox_start --database ingest_quickstart

# Prints a load, then runs it. Exit code 3 is a load with rejects within --max-rejects: here they are on purpose.
ingest() {
    local status=0 word
    printf '\n$ ingest'
    for word in "$@"; do
        case "$word" in
            *[!A-Za-z0-9_./,=-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    artifacts/ingest/ingest "$@" 9>&- || status=$?
    [ "$status" -eq 0 ] || [ "$status" -eq 3 ]
}

show() {
    printf '\n%s\n' "$1"
    sandbox_sql "$1"
}

for target in museum/collection prices/prices orders/orders; do
    sandbox_sql "@samples/$target.sql"
done

ingest load samples/museum/collection.csv --table collection \
    --encoding windows-1252 --decimal-comma --date-format dd.MM.yyyy
show "SELECT inventory_no, title, artist, acquired_on, height_cm, insured_eur FROM collection ORDER BY inventory_no LIMIT 8"

ingest load samples/prices/acme.csv --table prices --max-rejects 5
ingest load samples/prices/nordwerk.csv --table prices --no-header --skip-lines 1 \
    --headers sku,description,unit_price,currency,stock,valid_from --decimal-comma --date-format dd.MM.yyyy
show "SELECT * FROM prices WHERE sku IN ('AC-1001', 'AC-1004') OR sku LIKE 'NW-0004%' OR unit_price > 1000 ORDER BY sku"
ingest rejects list

ingest load samples/orders/orders.csv --table orders
ingest load samples/orders/orders-redelivery.csv --table orders
show "SELECT status, count(*), sum(amount) AS amount, max(ordered_at) AS latest FROM orders GROUP BY status ORDER BY status"

ingest load 'samples/orders/*.csv' --table orders_from_files --create-table --preserve-types --pk order_id
show "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'orders_from_files' ORDER BY ordinal_position"
