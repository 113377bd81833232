/** What the table of objects knows of a client. */
export interface LeaseHolder {
  readonly number: number;
  /** How many proxies it has of each object. */
  readonly leases: Map<number, number>;
  /** Objects whose handle it has given away: the receiver may attach only after this client has ended. */
  readonly exports: Set<number>;
  /** The highest number of an object that the client has had made. */
  lastMade: number;
  /** Whether its end has been handled. */
  readonly hasEnded: boolean;
}
