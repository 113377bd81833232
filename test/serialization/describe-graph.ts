import { types } from 'node:util';

/**
 * Everything that can be observed about a value, as text: two values have the same if and only if they are alike in
 * types, contents, holes, signs of zero, order of properties, and in which objects are one and the same.
 */
export function describeGraph(root: unknown): string {
  const numbers = new Map<object, number>();
  const lines: string[] = [];

  function visit(value: unknown): string {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
    if (typeof value !== 'object' || value === null) return String(value);
    const known = numbers.get(value);
    if (known !== undefined) return `#${known}`;
    const number = numbers.size;
    numbers.set(value, number);
    const kind = Object.prototype.toString.call(value);
    lines[number] = '';
    lines[number] = `#${number} ${kind} ${inner(value)} {${properties(value)}}`;
    return `#${number}`;
  }

  function inner(value: object): string {
    if (value instanceof Map) return [...value].map(([key, item]) => `${visit(key)}=>${visit(item)}`).join();
    if (value instanceof Set) return [...value].map(visit).join();
    if (value instanceof Date) return String(value.getTime());
    if (value instanceof RegExp) return `${String(value)} ${value.lastIndex}`;
    if (value instanceof ArrayBuffer) return Buffer.from(value).toString('hex');
    if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
    if (types.isBoxedPrimitive(value)) return visit(value.valueOf());
    if (Array.isArray(value)) return String(value.length);
    return '';
  }

  function properties(value: object): string {
    if (ArrayBuffer.isView(value) || value instanceof String) return '';
    return Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${visit(item)}`)
      .join();
  }

  return [visit(root), ...lines].join('\n');
}
