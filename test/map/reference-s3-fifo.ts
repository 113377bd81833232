// Caches of keys, written as plainly as their papers say, to compare the hit ratios of a SharedMap with.

/** A cache that is asked for one key after the other, and takes each in that it does not have. */
export interface ReferenceCache {
  /** Whether it has the key. It has it afterwards. */
  access(key: number): boolean;
}

/** Least recently used. */
export class Lru implements ReferenceCache {
  readonly #keys = new Set<number>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  access(key: number): boolean {
    const isHit = this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size > this.#size) for (const oldest of this.#keys) return this.#keys.delete(oldest) && isHit;
    return isHit;
  }
}

/** S3-FIFO, as in Algorithm 1 of Yang et al., SOSP 2023. */
export class S3Fifo implements ReferenceCache {
  readonly #small: number[] = [];
  readonly #main: number[] = [];
  readonly #reads = new Map<number, number>();
  readonly #ghosts = new Set<number>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  access(key: number): boolean {
    const reads = this.#reads.get(key);
    if (reads !== undefined) {
      this.#reads.set(key, Math.min(3, reads + 1));
      return true;
    }
    while (this.#reads.size >= this.#size) this.#evict();
    if (this.#ghosts.delete(key)) this.#main.push(key);
    else this.#small.push(key);
    this.#reads.set(key, 0);
    return false;
  }

  #evict(): void {
    if (this.#small.length >= this.#size / 10) this.#evictSmall();
    else this.#evictMain();
  }

  #evictSmall(): void {
    for (let key = this.#small.shift(); key !== undefined; key = this.#small.shift()) {
      if (this.#reads.get(key)! > 1) {
        this.#main.push(key);
        this.#reads.set(key, 0);
        continue;
      }
      this.#reads.delete(key);
      this.#ghosts.add(key);
      if (this.#ghosts.size > this.#size) for (const oldest of this.#ghosts) return void this.#ghosts.delete(oldest);
      return;
    }
  }

  #evictMain(): void {
    for (let key = this.#main.shift(); key !== undefined; key = this.#main.shift()) {
      const reads = this.#reads.get(key)!;
      if (reads === 0) return void this.#reads.delete(key);
      this.#main.push(key);
      this.#reads.set(key, reads - 1);
    }
  }
}
