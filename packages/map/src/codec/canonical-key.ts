import { isPlainObject, received } from '@multiprocess/shared-memory';

// JSON that two keys share exactly if they are the same data: the properties of objects are in order, an array begins with a 0,
// and what JSON lacks is an array that begins with a 1. So -0 is 0, as to a Map, and a hole in an array is undefined.
const ARRAY = 0;
const SPECIAL = 1;
const MAX_DEPTH = 100;
const UNDEFINED = 'u';
const BIGINT = 'b';

/**
 * The text of a key that is an array or a plain object. Each property is read once.
 *
 * @throws {@link TypeError} if something in it is not plain data.
 * @throws {@link RangeError} if it is nested too deeply, as every object in a circle is.
 */
export function canonicalKey(key: object): string {
  return textOf(key, 0);
}

/** The key of a text of {@link canonicalKey}. @throws {@link SyntaxError} if the text is not JSON. */
export function fromCanonicalKey(text: string): unknown {
  return revived(JSON.parse(text));
}

function textOf(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : special(String(value));
    case 'bigint':
      return special(BIGINT + String(value));
    case 'boolean':
      return String(value);
    case 'undefined':
      return special(UNDEFINED);
    case 'object':
      return value === null ? 'null' : objectText(value, depth);
    default:
      throw notData(value);
  }
}

function objectText(value: object, depth: number): string {
  if (depth === MAX_DEPTH) throw new RangeError(`key must not be nested more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) return `[${[ARRAY, ...Array.from(value, (item) => textOf(item, depth + 1))].join(',')}]`;
  if (isPlainObject(value)) return `{${propertiesOf(value, depth + 1).join(',')}}`;
  throw notData(value);
}

function notData(value: unknown): TypeError {
  return new TypeError(
    `key must consist of strings, numbers, bigints, booleans, arrays and plain objects, received ${received(value)} in it`,
  );
}

function special(text: string): string {
  return `[${SPECIAL},${JSON.stringify(text)}]`;
}

function propertiesOf(object: object, depth: number): string[] {
  return Object.entries(object)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${JSON.stringify(name)}:${textOf(value, depth)}`);
}

function revived(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, revived(property)]));
  }
  const [kind, ...items] = value as unknown[];
  if (kind === ARRAY) return items.map(revived);
  const text = String(items[0]);
  if (text === UNDEFINED) return undefined;
  return text.startsWith(BIGINT) ? BigInt(text.slice(BIGINT.length)) : Number(text);
}
