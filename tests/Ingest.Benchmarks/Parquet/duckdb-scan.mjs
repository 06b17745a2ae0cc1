// node duckdb-scan.mjs PACKAGE FILE: writes the benchmark's file where it is missing, then scans all of its columns on
// one thread for each line on standard input, and answers each with a line. PACKAGE is a folder with DuckDB installed
// (tests/Ingest.Parquet.Tests/duckdb); the codec is the part of FILE's name before the underscore.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { createRequire } from 'node:module';

const [packageFolder, file] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(path.resolve(packageFolder, 'package.json'))('@duckdb/node-api');
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const db = await instance.connect();

const rows = `
  select i as id,
    'name-' || (hash(i) % 5000000) as name,
    ((hash(i * 7) % 100000000) / 100.0)::decimal(12,2) as amount,
    (hash(i * 3) % 100000)::int as quantity,
    (i % 3 = 0) as flag,
    (date '2015-01-01' + ((hash(i) % 4000)::int)) as day,
    (timestamptz '2020-01-01 00:00:00+00' + to_microseconds((hash(i * 11) % 100000000000000)::bigint)) as at,
    'He said "' || (hash(i * 13) % 1000) || '", then left' as quoted,
    case when i % 2 = 0 then null else (hash(i * 17) % 1000)::int end as maybe,
    case when i % 10 = 0 then null else 'note ' || (hash(i * 19) % 50) end as note
  from range(5000000) r(i)`;

if (!fs.existsSync(file)) {
  const codec = path.basename(file).split('_')[0];
  await db.run(`copy (${rows}) to '${file}.part' (format parquet, codec '${codec}')`);
  fs.renameSync(`${file}.part`, file);
}
console.log('ready');
for await (const _ of readline.createInterface({ input: process.stdin })) {
  // EXPLAIN ANALYZE runs the scan of every column and drops the rows: the least that DuckDB can do.
  await db.run(`explain analyze select * from read_parquet('${file}')`);
  console.log('done');
}
