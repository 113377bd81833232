/** Up to here looking at every object is faster than a Map. */
const FEW = 8;

/** The objects met while a message is being encoded, in the order in which they were; their number is their place. */
export class Identities {
  readonly #few: unknown[] = new Array<unknown>(FEW).fill(null);
  readonly #many = new Map<object, number>();
  /** The objects from {@link FEW} on. */
  readonly #rest: object[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of `object` if it was met, else -1. */
  find(object: object): number {
    const few = this.#few.indexOf(object);
    return few >= 0 ? few : (this.#many.get(object) ?? -1);
  }

  /** The number of `object` if it was met before; else -1, and it gets the next number. */
  meet(object: object): number {
    const count = this.#count;
    const few = this.#few;
    const end = count < FEW ? count : FEW;
    for (let i = 0; i < end; i++) if (few[i] === object) return i;
    if (count < FEW) few[count] = object;
    else {
      const number = this.#many.get(object);
      if (number !== undefined) return number;
      this.#many.set(object, count);
      this.#rest.push(object);
    }
    this.#count = count + 1;
    return -1;
  }

  /** Forgets all but the first `count`, so that nothing is kept alive. */
  truncate(count: number): void {
    for (let i = Math.min(this.#count, FEW) - 1; i >= count; i--) this.#few[i] = null;
    if (this.#count > FEW) this.#truncateMany(Math.max(0, count - FEW));
    this.#count = count;
  }

  #truncateMany(count: number): void {
    if (count === 0) this.#many.clear();
    else for (let i = count; i < this.#rest.length; i++) this.#many.delete(this.#rest[i]!);
    this.#rest.length = count;
  }
}
