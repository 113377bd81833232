import { Receiving } from './receiving.mjs';

/** @import { OtherSideRequest } from './queue-request.d.ts' */
/** @import { Form, Messages } from './messages.mjs' */

/**
 * The other side of a channel of messages that come as events: the first message of a round is the request.
 *
 * @param {(form: Form) => Messages} messagesFor
 * @param {(message: unknown) => void} send
 * @param {(seen: number) => void} [received] called for each message of a throughput round
 * @returns {(message: unknown) => void} to be called with every message
 */
export function echoing(messagesFor, send, received = () => undefined) {
  /** @type {OtherSideRequest | undefined} */
  let request;
  let seen = 0;
  /** @type {Receiving} */
  let receiving;
  /** @type {Messages['check']} */
  let check;
  return (message) => {
    if (request === undefined) {
      request = /** @type {OtherSideRequest} */ (message);
      ({ check } = messagesFor(request.form));
      seen = 0;
      receiving = new Receiving(request);
      send('ready');
      return;
    }
    if (request.op === 'trips') send(message);
    else check(message, seen);
    seen++;
    if (request.op !== 'trips') received(seen);
    if (seen < request.count) return;
    if (request.op !== 'trips') send(receiving.end());
    request = undefined;
  };
}

/**
 * The side that asks: what comes back, as promises for throughput rounds and by a function for trips.
 *
 * @param {(message: unknown) => void} send
 * @param {(form: Form) => Messages} messagesFor
 */
export function asking(send, messagesFor) {
  /** @type {(message: unknown) => void} */
  let listener = () => undefined;
  const next = () => new Promise((resolve) => (listener = resolve));
  return {
    /** @param {unknown} message to be called with every message */
    onMessage: (message) => listener(message),

    /** @param {OtherSideRequest} request */
    ready: async (request) => {
      const answer = next();
      send(request);
      await answer;
      const done = request.op === 'trips' ? Promise.resolve() : next();
      return { done };
    },

    /** @param {OtherSideRequest} request @param {() => void} tripped @returns {Promise<void>} */
    tripAll: ({ count, form, inFlight }, tripped) =>
      new Promise((resolve) => {
        const { make, check } = messagesFor(form);
        let back = 0;
        let sent = 0;
        listener = (message) => {
          check(message, back);
          tripped();
          if (++back === count) resolve();
          else if (sent < count) send(make(sent++));
        };
        while (sent < count && sent < inFlight) send(make(sent++));
      }),
  };
}
