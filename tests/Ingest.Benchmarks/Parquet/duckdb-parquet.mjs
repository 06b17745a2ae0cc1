// node duckdb-parquet.mjs PACKAGE [CODEC] < JOB: the rows of CSV files as Parquet files. PACKAGE is a folder with DuckDB
// installed (tests/Ingest.Parquet.Tests/duckdb); JOB is {"columns": {name: DuckDB's type}, "files": [[CSV, Parquet], ...]}.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [packageFolder, codec = 'snappy'] = process.argv.slice(2);
const { columns, files } = JSON.parse(fs.readFileSync(0, 'utf8'));
const { DuckDBInstance } = createRequire(path.resolve(packageFolder, 'package.json'))('@duckdb/node-api');
const instance = await DuckDBInstance.create(':memory:');
const db = await instance.connect();

const quoted = text => `'${text.replaceAll("'", "''")}'`;
const types = Object.entries(columns).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`).join(', ');
await db.run("set TimeZone = 'UTC'");
for (const [csv, file] of files) {
  // An unquoted empty field is NULL, as in COPY.
  await db.run(`
    copy (select * from read_csv(${quoted(csv)}, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {${types}}))
    to ${quoted(file)} (format parquet, codec ${quoted(codec)})`);
}
