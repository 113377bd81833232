/** Names the method of {@link HandleFor}. */
export const HANDLE_FOR: unique symbol = Symbol('handleFor');

/** What proxies can do for the client that encodes a message. */
export interface HandleFor {
  /**
   * The handle for a message to the proxy's own manager, which needs no more than the order of messages: what comes later
   * cannot undo it. Undefined for other clients.
   */
  [HANDLE_FOR](client: object): string | undefined;
}
