// node duckdb-narrow.mjs PACKAGE CSV FILE [CODEC]: the rows of the benchmark's CSV file as a Parquet file, in the types of
// the benchmark's table. PACKAGE is a folder with DuckDB installed (tests/Ingest.Parquet.Tests/duckdb).
import path from 'node:path';
import { createRequire } from 'node:module';

const [packageFolder, csv, file, codec = 'snappy'] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(path.resolve(packageFolder, 'package.json'))('@duckdb/node-api');
const instance = await DuckDBInstance.create(':memory:');
const db = await instance.connect();

const quoted = text => `'${text.replaceAll("'", "''")}'`;
await db.run("set TimeZone = 'UTC'");
// An unquoted empty field is NULL, as in COPY.
await db.run(`
  copy (select * from read_csv(${quoted(csv)}, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {
    id: 'bigint', name: 'varchar', price: 'decimal(12,2)', quantity: 'integer', active: 'boolean', made: 'date',
    seen: 'timestamptz', note: 'varchar', code: 'varchar', score: 'double' }))
  to ${quoted(file)} (format parquet, codec ${quoted(codec)})`);
