import { now } from './clock.mjs';
import { Pace } from './pace.mjs';
import { serve } from './serve.mjs';

/** @import { OtherSideRequest, QueueRequest } from './queue-request.d.ts' */

// More would take longer to hand over than to measure.
const MOST_TRIPS = 20_000;

/**
 * @typedef {{
 *   ready: (request: OtherSideRequest) => Promise<{ done: Promise<unknown> }>,
 *   sendAll: (request: OtherSideRequest) => Promise<void> | void,
 *   tripAll: (request: OtherSideRequest, tripped: () => void) => Promise<void> | void,
 * }} Sender `ready` resolves when the other side is about to receive; `done` gives the time at which it has received
 *   all, in a throughput round. `tripAll` calls `tripped` when a message has come back.
 */

/** @param {Sender} sender @param {OtherSideRequest} request */
async function measureThroughput({ ready, sendAll }, request) {
  const { done } = await ready(request);
  const begin = now();
  await sendAll(request);
  const end = /** @type {number} */ (await done);
  return { nanoseconds: end - begin, samples: [(request.count / (end - begin)) * 1e9] };
}

/** @param {Sender} sender @param {OtherSideRequest} request */
async function measureTrips({ ready, tripAll }, request) {
  const samples = new Float64Array(request.count);
  let trips = 0;
  const { done } = await ready(request);
  const begin = now();
  let last = begin;
  await tripAll(request, () => {
    const at = now();
    samples[trips++] = (at - last) / 1e3;
    last = at;
  });
  await done;
  return { nanoseconds: last - begin, samples: Array.from(samples) };
}

const measure = { throughput: measureThroughput, trips: measureTrips };

/**
 * Serves the requests of both questions about queues: in a throughput round a sample is a rate, messages a second from
 * the first put to the last get, which the other side reports; in trips it is the time of one, in microseconds.
 *
 * @param {Sender} sender
 */
export async function serveQueue(sender) {
  const pace = new Pace();
  await serve(async (/** @type {QueueRequest} */ { op, form, ms }) => {
    const kind = `${op} ${form}`;
    for (;;) {
      const count = Math.min(pace.count(kind, ms), op === 'trips' ? MOST_TRIPS : Infinity);
      const { nanoseconds, samples } = await measure[op](sender, { op, form, count });
      if (pace.learn(kind, ms, count, nanoseconds) || count === MOST_TRIPS) return { samples };
    }
  });
}
