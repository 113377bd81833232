import { HandleError } from '@multiprocess/shared-memory';

/** What the last part of a handle says: which object of which store. No credentials. */
export interface Reference {
  /** Names the store. */
  readonly store: string;
  /** Where its maker found the server. */
  readonly address: string;
  readonly id: string;
}

export function formatReference({ store, address, id }: Reference): string {
  return Buffer.from(JSON.stringify([store, address, id])).toString('base64url');
}

/** @throws {@link HandleError} if it is not one. */
export function parseReference(reference: string): Reference {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(reference, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.length === 3 && parsed.every((part) => typeof part === 'string')) {
      const [store, address, id] = parsed as [string, string, string];
      return { store, address, id };
    }
  } catch {
    // not JSON
  }
  throw new HandleError('The handle is damaged: it names no object on Redis');
}
