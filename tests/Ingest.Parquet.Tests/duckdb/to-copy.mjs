// node to-copy.mjs OUTPUT FILE...: writes the rows of each file, as DuckDB reads them, to OUTPUT/0.csv, 1.csv, ... in the
// form that PostgreSQL's COPY (FORMAT csv, HEADER) reads into columns of the same types; nested values become JSON.
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [output, ...files] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const db = await instance.connect();
await db.run("set timezone = 'UTC'");

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
const named = (text) => `"${text.replaceAll('"', '""')}"`;

function expression({ column_name: name, column_type: type }) {
  const column = named(name);
  if (type === 'BLOB') return `case when ${column} is not null then '\\x' || lower(hex(${column})) end as ${column}`;
  if (/\[|^STRUCT|^MAP/.test(type)) return `to_json(${column}) as ${column}`;
  return column;
}

for (const [index, file] of files.entries()) {
  const described = await db.runAndReadAll(`describe select * from read_parquet(${quoted(file)})`);
  const columns = described.getRowObjectsJson().map(expression).join(', ');
  const target = path.join(output, `${index}.csv`);
  await db.run(`copy (select ${columns} from read_parquet(${quoted(file)})) to ${quoted(target)} (format csv, header, quote '"', escape '"')`);
}
