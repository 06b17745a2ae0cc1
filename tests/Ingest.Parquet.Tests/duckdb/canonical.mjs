// The text form in which both readers' values are compared: one line per row, one field per column, tabs between.
// Canonical.cs writes the same from our vectors.
import { DuckDBTypeId as T } from '@duckdb/node-api';

const bits = new DataView(new ArrayBuffer(8));

function float(value) {
  if (Number.isNaN(value)) return 'fnan';
  bits.setFloat64(0, value);
  return 'f' + bits.getBigUint64(0).toString(16).padStart(16, '0');
}

const hex = (bytes) => 'x' + Buffer.from(bytes).toString('hex');

// DuckDB hands out a geometry's WKB as a blob literal: printable characters, and \xNN for the other bytes.
function geometry(value) {
  const text = value.toString().replaceAll(/\\x([0-9A-F]{2})|([^])/g, (_, code, char) =>
    code ?? char.charCodeAt(0).toString(16).padStart(2, '0'));
  return 'x' + text.toLowerCase();
}

export function canonical(value, type) {
  if (value === null || value === undefined) return 'null';
  switch (type.typeId) {
    case T.BOOLEAN:
    case T.TINYINT: case T.SMALLINT: case T.INTEGER: case T.BIGINT: case T.HUGEINT:
    case T.UTINYINT: case T.USMALLINT: case T.UINTEGER: case T.UBIGINT: case T.UHUGEINT:
      return String(value);
    case T.FLOAT: case T.DOUBLE:
      return float(value);
    case T.DECIMAL:
      return `d${value.value}/${value.scale}`;
    case T.VARCHAR: case T.ENUM:
      return hex(Buffer.from(value, 'utf8'));
    case T.BLOB:
      return hex(value.bytes);
    case T.UUID:
      return 'x' + value.toString().replaceAll('-', '');
    case T.DATE:
      return 'D' + value.days;
    case T.TIME:
      return 'T' + value.micros * 1000n;
    case T.TIME_NS:
      return 'T' + value.nanos;
    case T.TIME_TZ:
      return 'T' + value.micros * 1000n;
    case T.TIMESTAMP: case T.TIMESTAMP_TZ:
      return 'S' + value.micros * 1000n;
    case T.TIMESTAMP_S:
      return 'S' + value.seconds * 1000000000n;
    case T.TIMESTAMP_MS:
      return 'S' + value.millis * 1000000n;
    case T.TIMESTAMP_NS:
      return 'S' + value.nanos;
    case T.INTERVAL:
      return `I${value.months}/${value.days}/${value.micros}`;
    case T.LIST:
    case T.ARRAY:
      return '[' + value.items.map((v) => canonical(v, type.valueType)).join(',') + ']';
    case T.STRUCT:
      return '{' + type.entryNames.map((n, i) => canonical(value.entries[n], type.entryTypes[i])).join(',') + '}';
    case T.MAP:
      return '<' + value.entries.map((e) => canonical(e.key, type.keyType) + ':' + canonical(e.value, type.valueType)).join(',') + '>';
    case T.GEOMETRY:
      return geometry(value);
    default:
      return `?${type}:${value}`;
  }
}
