#!/usr/bin/env python3
"""The reference that ingest is compared with: CSV files into a table, by asyncpg, as one writes it in an afternoon.

    asyncpg_reference.py --table TABLE --key A,B FILE...

Workers take batches of rows from a queue. Each has a connection with a temporary table of text columns, which it fills by
copy_records_to_table, and from which one statement casts and upserts into the target; a batch is a transaction. An
unquoted empty field is NULL. The server is named by PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE.
"""

import argparse
import asyncio
import csv
import gzip
import itertools

import asyncpg

WORKERS = 4
BATCH_ROWS = 50_000
STAGE = "reference_stage"


def read_header(path):
    with open_text(path) as file:
        return next(csv.reader(file))


def open_text(path):
    if path.endswith(".gz"):
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return open(path, encoding="utf-8", newline="")


def rows_of(paths):
    for path in paths:
        with open_text(path) as file:
            reader = csv.reader(file)
            next(reader)
            for row in reader:
                yield tuple([field or None for field in row])


def next_batch(rows):
    return list(itertools.islice(rows, BATCH_ROWS))


async def column_types(connection, table):
    found = await connection.fetch(
        "SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute"
        " WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped", table)
    return {row["attname"]: row["type"] for row in found}


def merge_statement(table, columns, types, key):
    casts = ", ".join(f"{c}::{types[c]}" for c in columns)
    updates = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in key)
    return (f"INSERT INTO {table} ({', '.join(columns)}) SELECT {casts} FROM {STAGE}"
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {updates}")


async def work(queue, table, columns, key):
    connection = await asyncpg.connect()
    try:
        types = await column_types(connection, table)
        merge = merge_statement(table, columns, types, key)
        await connection.execute(
            f"CREATE TEMP TABLE {STAGE} ({', '.join(c + ' text' for c in columns)}) ON COMMIT DELETE ROWS")
        while batch := await queue.get():
            async with connection.transaction():
                await connection.copy_records_to_table(STAGE, records=batch, columns=columns)
                await connection.execute(merge)
    finally:
        await connection.close()


async def read(queue, paths):
    rows = rows_of(paths)
    while batch := await asyncio.to_thread(next_batch, rows):
        await queue.put(batch)
    for _ in range(WORKERS):
        await queue.put(None)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", required=True)
    parser.add_argument("--key", required=True, type=lambda text: text.split(","))
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    csv.field_size_limit(1 << 30)
    columns = read_header(arguments.files[0])
    queue = asyncio.Queue(maxsize=WORKERS)
    tasks = [read(queue, arguments.files)]
    tasks += [work(queue, arguments.table, columns, arguments.key) for _ in range(WORKERS)]
    await asyncio.gather(*tasks)


asyncio.run(main())
