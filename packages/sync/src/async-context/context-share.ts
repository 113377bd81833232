import type { OwnerContext } from './owner-context.js';

/** Holds, the youngest first. Contexts share these, and never change one. */
interface Chain {
  readonly hold: OwnerContext;
  readonly next: Chain | undefined;
}

/** What an async context owns. */
export interface Share {
  readonly surely: Chain | undefined;
  readonly possibly: Chain | undefined;
}

export const NOTHING: Share = { surely: undefined, possibly: undefined };

/** A constructor that gives the object itself, so that a class which extends it puts its fields there. */
const Itself = function (resource: object) {
  return resource;
} as unknown as new (resource: object) => object;

/**
 * Puts a private field on an object that another has made: nobody else sees it, frozen objects take it, and it goes with
 * the object. A `WeakMap` does the same, but its entries, one for every promise, take the garbage collector more time than
 * everything else that a lock does.
 */
class Shared extends Itself {
  #share: Share;

  constructor(resource: object, share: Share) {
    super(resource);
    this.#share = share;
  }

  static get(resource: object): Share {
    return #share in resource ? resource.#share : NOTHING;
  }

  static set(resource: object, share: Share): void {
    if (#share in resource) resource.#share = share;
    else new Shared(resource, share);
  }
}

/** What the context of an async resource owns. */
export function shareOf(resource: object): Share {
  return Shared.get(resource);
}

export function setShare(resource: object, share: Share): void {
  Shared.set(resource, share);
}

/** Whether a hold with that number is among them, and not over. */
export function has(chain: Chain | undefined, number: number): boolean {
  for (let link = chain; link !== undefined; link = link.next) {
    if (link.hold.number === number && !link.hold.isOver) return true;
  }
  return false;
}

/** Before the others, without those at their head that are over, so that a context that lives on does not collect them. */
export function link(hold: OwnerContext, others: Chain | undefined): Chain {
  let next = others;
  while (next?.hold.isOver === true) ({ next } = next);
  return { hold, next };
}
