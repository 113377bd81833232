import { types } from 'node:util';

/**
 * Where a value that arrived differs from the one that was sent: in a property, a prototype or in which objects are the same;
 * undefined where it does not.
 *
 * @param {any} sent
 * @param {any} received
 * @returns {string | undefined}
 */
export function difference(sent, received) {
  return new Comparison().difference(sent, received, '$');
}

class Comparison {
  /** @type {Map<object, object>} */
  #receivedOf = new Map();
  /** @type {Map<object, object>} */
  #sentOf = new Map();

  difference(sent, received, path) {
    if (Object.is(sent, received))
      return typeof sent === 'object' && sent !== null ? `${path}: the very same object` : undefined;
    if (typeof sent !== 'object' || typeof received !== 'object' || sent === null || received === null)
      return `${path}: ${String(sent).slice(0, 40)} became ${String(received).slice(0, 40)}`;
    if (this.#receivedOf.has(sent) || this.#sentOf.has(received)) {
      const same = this.#receivedOf.get(sent) === received && this.#sentOf.get(received) === sent;
      return same ? undefined : `${path}: is another object`;
    }
    this.#receivedOf.set(sent, received);
    this.#sentOf.set(received, sent);
    const prototype = Object.getPrototypeOf(sent) ?? Object.prototype; // as structuredClone() has it
    if (prototype !== Object.getPrototypeOf(received)) return `${path}: another prototype`;
    return this.#contents(sent, received, path) ?? this.#properties(sent, received, path);
  }

  #contents(sent, received, path) {
    const changed = (what, same) => (same ? undefined : `${path}: ${what}`);
    if (types.isDate(sent)) return changed('time', Object.is(sent.getTime(), received.getTime()));
    if (types.isRegExp(sent)) return changed('pattern', String(sent) === String(received) && received.lastIndex === 0);
    if (types.isBoxedPrimitive(sent)) return changed('value', Object.is(sent.valueOf(), received.valueOf()));
    if (sent instanceof URL) return changed('href', sent.href === received.href);
    if (types.isMap(sent)) return this.#items([...sent].flat(), [...received].flat(), `${path}.entries`);
    if (types.isSet(sent)) return this.#items([...sent], [...received], `${path}.values`);
    if (types.isAnyArrayBuffer(sent)) return changed('bytes', sameBytes(sent, received));
    if (ArrayBuffer.isView(sent)) return changed('bytes', sameBytes(bytesOf(sent), bytesOf(received)));
    if (Array.isArray(sent)) return changed('length', sent.length === received.length);
    if (types.isNativeError(sent)) return this.#error(sent, received, path);
    return undefined;
  }

  #items(sent, received, path) {
    if (sent.length !== received.length) return `${path}: ${sent.length} became ${received.length}`;
    return firstOf(sent, (item, index) => this.difference(item, received[index], `${path}[${index}]`));
  }

  #error(sent, received, path) {
    const plain = ['message', 'stack', 'name', 'code'].find((key) => sent[key] !== received[key]);
    if (plain !== undefined) return `${path}.${plain}: ${sent[plain]} became ${received[plain]}`;
    return firstOf(['cause', 'errors'], (key) => {
      if (Object.hasOwn(sent, key) !== Object.hasOwn(received, key)) return `${path}.${key}: is there or not`;
      return Object.hasOwn(sent, key) ? this.difference(sent[key], received[key], `${path}.${key}`) : undefined;
    });
  }

  #properties(sent, received, path) {
    if (ArrayBuffer.isView(sent)) return undefined; // its elements are bytes
    const [before, after] = [Object.keys(sent), Object.keys(received)];
    if (JSON.stringify(before) !== JSON.stringify(after))
      return `${path}: keys ${JSON.stringify(before)} became ${JSON.stringify(after)}`;
    return firstOf(before, (key) => this.difference(sent[key], received[key], `${path}.${key.slice(0, 20)}`));
  }
}

function firstOf(items, differenceOf) {
  for (const [index, item] of items.entries()) {
    const found = differenceOf(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

const bytesOf = (view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
const sameBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
