// What a frame is, and what is in its body.

// Requests.
export const CALL = 1; // [object, method, args], or flat
export const CREATE = 2; // [object, type, args]
export const RELEASE = 3; // [object, leases, object, leases, …]
export const LEASE = 4; // object: one more lease, for a proxy that did not come from the server
export const CANCEL = 5; // the number of a call
export const BATCH = 6; // not encoded: frames, each after its length in 4 bytes; run in a row
export const REGISTER = 7; // a registration
export const INFO = 8; // nothing
export const SHUTDOWN = 9; // nothing
export const HELLO = 10; // [reference of the reply ring, owner id]; in shared memory only
export const BYE = 11; // nothing
export const UNSENT = 12; // [object, error]: there was no memory for its CREATE; its calls fail with that error
export const EXPORT = 13; // object: its handle leaves the client, which may end before the handle has arrived

// Replies.
export const RESULT = 32; // what was returned
export const FAILURE = 33; // what was thrown
export const CANCELLED = 34; // nothing: the call was given up before it did anything
