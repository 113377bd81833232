import { setOwn } from '../values/define-own.js';

/** Gives the values of an object, one after the other. */
interface ValueReader {
  value(): unknown;
}

/** Makes an object of the next values of the reader. */
type Make = (reader: ValueReader) => object;

/** Compiling costs as much as some dozens of objects: what comes now and then is put together key by key. */
const USES_BEFORE_COMPILING = 16;

/** The names of a plain object's properties in their order, which are sent once a channel instead of once an object. */
export class Shape {
  /** What stands for it in messages: its place in the table. */
  readonly id: number;
  readonly keys: readonly string[];
  /** For each property the shape that its value had the last time: the first guess for the next one. */
  readonly guesses: (Shape | undefined)[];
  #uses = 0;
  #make: Make;

  constructor(id: number, keys: readonly string[]) {
    this.id = id;
    this.keys = keys;
    this.guesses = keys.map(() => undefined);
    this.#make = (reader) => this.#assemble(reader);
  }

  /** Whether these are the names of the object's properties, in their order. */
  fits(object: object): boolean {
    const { keys } = this;
    let i = 0;
    for (const key in object) if (key !== keys[i++]) return false;
    return i === keys.length;
  }

  /** An object with the next values of the reader. */
  read(reader: ValueReader): object {
    return this.#make(reader);
  }

  #assemble(reader: ValueReader): object {
    if (++this.#uses === USES_BEFORE_COMPILING) this.#make = compiled(this.keys) ?? this.#make;
    const object: Record<string, unknown> = {};
    for (const key of this.keys) setOwn(object, key, reader.value());
    return object;
  }
}

/** An object literal is made in a fifth of the time; undefined where nothing may be compiled at run time. */
function compiled(keys: readonly string[]): Make | undefined {
  const properties = keys.map((key) => `${JSON.stringify(key)}: reader.value()`);
  try {
    return new Function('reader', `return { ${properties.join(', ')} };`) as Make;
  } catch {
    return undefined; // --disallow-code-generation-from-strings
  }
}
