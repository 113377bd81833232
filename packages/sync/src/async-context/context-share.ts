/** The part of an `OwnerContext` that shares use. */
export interface Taken {
  readonly number: number;
  readonly isOver: boolean;
}

/** An immutable list of owner contexts, the youngest first. Async contexts share these lists. */
interface Chain {
  readonly taken: Taken;
  readonly next: Chain | undefined;
}

/** The owner contexts that an async context has. */
export interface Share {
  readonly surely: Chain | undefined;
  readonly possibly: Chain | undefined;
}

export const NO_SHARE: Share = { surely: undefined, possibly: undefined };

/** A constructor that returns its argument, so that a class that extends it adds its fields to that object. */
const Itself = function (resource: object) {
  return resource;
} as unknown as new (resource: object) => object;

/**
 * Puts a private field on an object made elsewhere. The field is invisible, works on frozen objects, and is collected with
 * the object. A `WeakMap` does the same, but its entries, one for each promise, cost the garbage collector more time than
 * everything else that a lock does.
 */
class ShareField extends Itself {
  #share: Share;

  constructor(resource: object, share: Share) {
    super(resource);
    this.#share = share;
  }

  static get(resource: object): Share {
    return #share in resource ? resource.#share : NO_SHARE;
  }

  static set(resource: object, share: Share): void {
    if (#share in resource) resource.#share = share;
    else new ShareField(resource, share);
  }
}

/** The share of the async context of a resource. */
export function shareOf(resource: object): Share {
  return ShareField.get(resource);
}

export function setShare(resource: object, share: Share): void {
  ShareField.set(resource, share);
}

/** Whether the list has an owner context with that number that is not over. */
export function includesContext(chain: Chain | undefined, number: number): boolean {
  for (let link = chain; link !== undefined; link = link.next) {
    if (link.taken.number === number && !link.taken.isOver) return true;
  }
  return false;
}

/** Adds one at the head. Drops those at the head that are over, so that a long-lived async context does not collect them. */
export function prepend(taken: Taken, others: Chain | undefined): Chain {
  let next = others;
  while (next?.taken.isOver === true) ({ next } = next);
  return { taken, next };
}
