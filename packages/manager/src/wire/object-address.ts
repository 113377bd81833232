import { HandleError, shownName } from '@multiprocess/shared-memory';

/** Where an object of a manager is. */
export interface ObjectAddress {
  /** Which server: the name of its segment, unguessable and never used again. */
  readonly server: string;
  /** Which of its objects: never used again. */
  readonly object: number;
  /** Where the server listens, for programs that do not share memory with it. */
  readonly address: string | undefined;
}

// A reference reads <server>/<object> or <server>/<object>/<address, as in a URL>, without a colon.
const REFERENCE = /^([\w-]{1,64})\/(\d{1,16})(?:\/([^/:\s]{1,1000}))?$/;

export function formatObjectAddress({ server, object, address }: ObjectAddress): string {
  return `${server}/${object}${address === undefined ? '' : `/${encodeURIComponent(address)}`}`;
}

/** @throws {@link HandleError} if it leads nowhere. */
export function parseObjectAddress(reference: string): ObjectAddress {
  const [, server, object, address] = REFERENCE.exec(reference) ?? [];
  if (server === undefined || !Number.isSafeInteger(Number(object))) {
    throw new HandleError(`${shownName(reference)} leads to no object of a manager`);
  }
  return { server, object: Number(object), address: address === undefined ? undefined : decodeURIComponent(address) };
}
