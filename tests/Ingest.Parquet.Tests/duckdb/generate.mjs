// node generate.mjs OUTPUT: writes the small files in ../data with DuckDB, which shares no code with our reader:
// every type in six codecs and both format versions, nesting, nulls, and files of unusual size.
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const output = process.argv[2] ?? new URL('../data', import.meta.url).pathname;
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const db = await instance.connect();
await db.run("set timezone = 'UTC'");

const types = (rows) => `
  select i as id,
    (i % 3 = 0) as bool_, (i % 256 - 128)::tinyint as i8, (i * 327 - 32768)::smallint as i16, (i * 10007 - 1000000)::int as i32,
    (i * 922337203685477 - 9223372036854775807)::bigint as i64, (i % 256)::utinyint as u8, (i * 655)::usmallint as u16,
    (i * 42949672)::uinteger as u32, (i * 184467440737095516)::ubigint as u64,
    (i / 7.0)::float as f32, case when i = 5 then 'nan'::double when i = 6 then 'inf'::double when i = 7 then -0.0 else i / 3.0 end as f64,
    (i / 10.0)::decimal(4,1) as dec4, (i * 12345.678)::decimal(9,3) as dec9, (i * -1234567890.12)::decimal(18,2) as dec18,
    (i * 12345678901234567890.123)::decimal(38,3) as dec38,
    'text ' || i || repeat('é', (i % 7)::int) as text_, ('\\x00\\xff'::blob || encode('b' || i)) as blob_,
    (['red','green','blue'])[1 + (i % 3)::int]::enum('red','green','blue') as enum_,
    (date '1970-01-01' + (i * 365 - 20000)::int) as date_, (time '00:00:00' + to_microseconds(i * 800000001)) as time_,
    (timestamp '1969-12-31 23:59:59' + to_microseconds(i * 987654321987)) as ts,
    make_timestamp_ns(i * 123456789123456) as ts_ns, (timestamp '2000-01-01' + to_seconds(i))::timestamp_ms as ts_ms,
    (timestamptz '2001-02-03 04:05:06+00' + to_microseconds(i * 1000001)) as tstz,
    (to_months((i % 13)::int) + to_days((i % 29)::int) + to_milliseconds(i)) as interval_,
    (md5(i::varchar))::uuid as uuid_, ('{"a": ' || i || '}')::json as json_
  from range(${rows}) r(i)`;

const nested = `
  select i as id,
    case when i % 5 = 0 then null when i % 5 = 1 then [] else [i::int, null, (i * 2)::int] end as list_,
    case when i % 7 = 0 then null else [[i], [], null, [i, i + 1]] end as list_of_list,
    case when i % 4 = 0 then null else {'a': i::int, 'b': case when i % 3 = 0 then null else 'b' || i end, 'c': {'d': [i, null]}} end as struct_,
    case when i % 6 = 0 then null else map(['k' || i, 'second'], [i, null]) end as map_,
    [{'x': i, 'y': ['p', null, 'q' || i]}, null, {'x': null, 'y': null}] as list_of_struct,
    map([i], [map(['inner'], [[i, i]])]) as map_of_map
  from range(100) r(i)`;

async function write(name, query, options) {
  await db.run(`copy (${query}) to '${path.join(output, name)}.parquet' (format parquet, ${options})`);
}

for (const codec of ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw']) {
  for (const version of ['v1', 'v2']) {
    await write(`types_${codec}_${version}`, types(40), `codec '${codec}', parquet_version '${version}'`);
  }
}
for (const version of ['v1', 'v2']) {
  const options = `codec 'zstd', parquet_version '${version}'`;
  await write(`nested_${version}`, nested, options);
  await write(`sparse_${version}`,
    `select case when i % 10 = 3 then i end as a, case when i = 500 then 'only' end as b, null::double as c,
       case when i % 2 = 0 then (i % 4)::varchar end as d, case when i >= 300 then i / 8.0 end as e from range(1000) r(i)`, options);
  await write(`runs_${version}`,
    `select (i // 100)::int as a, i % 2 as b, (i // 333)::varchar as c, i < 700 as d, 'same' as e from range(1000) r(i)`, options);
}
await write('empty', types(0), "codec 'snappy'");
await write('one_row', types(1), "codec 'snappy'");
await write('row_groups', "select i as id, 'row ' || i as t, [i, i] as l from range(9000) r(i)", "codec 'zstd', row_group_size 2048");
await write('all_null', 'select null::int as a, null::varchar as b, null::int[] as c from range(300)', "codec 'snappy'");
await write('long_values', "select repeat(chr((65 + i)::int), (i * 5000)::int) as t from range(9) r(i)", "codec 'zstd'");
await write('names', `select 1 as "a.b", 2 as "x""y", 4 as "日本", 5 as "a b"`, "codec 'uncompressed'");
