// node dump.mjs OUTPUT FILE...: writes the rows of each file, as DuckDB reads them, to OUTPUT/0.txt, 1.txt, ... and
// the error instead to OUTPUT/0.error where it cannot. A first line starting with # has DuckDB's types.
import fs from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { canonical } from './canonical.mjs';

const [output, ...files] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
for (const [index, file] of files.entries()) {
  const connection = await instance.connect();
  const target = path.join(output, `${index}.txt`);
  try {
    const name = file.replaceAll("'", "''");
    const result = await connection.stream(`select * from read_parquet('${name}')`);
    const types = result.columnTypes();
    const stream = fs.openSync(target, 'w');
    fs.writeSync(stream, '#' + types.join('\t') + '\n');
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      const lines = chunk.getRows().map((row) => row.map((v, i) => canonical(v, types[i])).join('\t') + '\n');
      fs.writeSync(stream, lines.join(''));
    }
    fs.closeSync(stream);
  } catch (error) {
    fs.rmSync(target, { force: true });
    fs.writeFileSync(path.join(output, `${index}.error`), String(error.message ?? error));
  }
  connection.closeSync();
}
