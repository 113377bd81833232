/** The numbers of one client's objects; objects that the server makes by itself have those of client 0. */
const CLIENT_RANGE = 2 ** 32;

/** The number of the object that a client has created as its `low`-th. */
export function objectNumber(client: number, low: number): number {
  return client * CLIENT_RANGE + low;
}

/** The number of the client that has chosen the number of an object; 0 for the server itself. */
export function makerOf(object: number): number {
  return Math.floor(object / CLIENT_RANGE);
}
