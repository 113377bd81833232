/** The first message of a server to a client over a socket, in the codec of both. */
export interface Welcome {
  /** Which server it is: the name of its segment. */
  readonly server: string;
  /** The client's number. */
  readonly client: number;
}

/** @throws {@link TypeError} if it is something else: what listens there does not keep to the protocol. */
export function checkWelcome(value: unknown): Welcome {
  if (typeof value === 'object' && value !== null && 'server' in value && 'client' in value) {
    const { server, client } = value;
    if (typeof server === 'string' && typeof client === 'number' && Number.isSafeInteger(client) && client > 0) {
      return { server, client };
    }
  }
  throw new TypeError('What listens there does not say which manager it is');
}
