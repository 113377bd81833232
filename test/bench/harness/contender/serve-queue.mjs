import { now } from './clock.mjs';
import { Pace } from './pace.mjs';
import { serve } from './serve.mjs';

/** @import { OtherSideRequest, QueueRequest, Received } from './queue-request.d.ts' */
/** @import { Reply } from '../question.d.ts' */

// More would take longer to hand over than to measure.
const MAX_TRIPS = 20_000;
const IN_FLIGHT = 64;

/**
 * @typedef {{
 *   ready: (request: OtherSideRequest) => Promise<{ done: Promise<unknown> }>,
 *   sendAll: (request: OtherSideRequest) => Promise<void> | void,
 *   tripAll: (request: OtherSideRequest, tripped: () => void) => Promise<void> | void,
 * }} Sender `ready` resolves when the other side is about to receive; `done` gives what it has to say when it has received
 *   all (`Received`), if nothing comes back. `tripAll` calls `tripped` when a message has come back.
 * @typedef {{ form: OtherSideRequest['form'], count: number }} Round
 * @typedef {{ nanoseconds: number, reply: Reply }} Measured
 */

/** @param {Sender} sender @param {OtherSideRequest} request */
async function send({ ready, sendAll }, request) {
  const { done } = await ready(request);
  const begin = now();
  await sendAll(request);
  const received = /** @type {Received} */ (await done);
  return { ...received, nanoseconds: received.end - begin };
}

/** @type {Record<QueueRequest['op'], (sender: Sender, round: Round) => Promise<Measured>>} */
const measure = {
  async throughput(sender, round) {
    const { nanoseconds } = await send(sender, { op: 'throughput', ...round, inFlight: 1 });
    return { nanoseconds, reply: { samples: [(round.count / nanoseconds) * 1e9] } };
  },

  async timers(sender, round) {
    const { nanoseconds, late } = await send(sender, { op: 'timers', ...round, inFlight: 1 });
    return { nanoseconds, reply: { samples: late, extra: { rate: (round.count / nanoseconds) * 1e9 } } };
  },

  async memory(sender, round) {
    const { nanoseconds, rss } = await send(sender, { op: 'throughput', ...round, inFlight: 1 });
    return { nanoseconds, reply: { samples: [(process.resourceUsage().maxRSS + rss) / 1024] } };
  },

  async trips({ ready, tripAll }, round) {
    const request = /** @type {const} */ ({ op: 'trips', ...round, inFlight: 1 });
    const samples = new Float64Array(round.count);
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
    return { nanoseconds: last - begin, reply: { samples: Array.from(samples) } };
  },

  async flight({ ready, tripAll }, round) {
    const request = /** @type {const} */ ({ op: 'trips', ...round, inFlight: IN_FLIGHT });
    const { done } = await ready(request);
    const begin = now();
    await tripAll(request, () => undefined);
    const nanoseconds = now() - begin;
    await done;
    return { nanoseconds, reply: { samples: [(round.count / nanoseconds) * 1e9] } };
  },
};

/**
 * Serves the requests of the questions about queues and pipes. A sample is a rate, messages a second from the first put to
 * the last get, which the other side reports; in trips the time of one, in microseconds; how late one timer was, in
 * milliseconds; or the most memory of both sides, in MiB.
 *
 * @param {Sender} sender
 */
export async function serveQueue(sender) {
  const pace = new Pace();
  await serve(async (/** @type {QueueRequest} */ { op, form, ms, count: asked }) => {
    const kind = `${op} ${form}`;
    const most = op === 'trips' ? MAX_TRIPS : Infinity;
    for (;;) {
      const count = asked ?? Math.min(pace.count(kind, ms), most);
      const { nanoseconds, reply } = await measure[op](sender, { form, count });
      if (asked !== undefined || pace.learn(kind, ms, count, nanoseconds) || count === most) return reply;
    }
  });
}
