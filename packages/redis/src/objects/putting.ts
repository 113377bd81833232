import { LongTimer, onAborted } from '@multiprocess/shared-memory';
import type { Argument } from '../link/link.js';
import { giveUpPut, put } from '../scripts/queue.js';
import type { Script } from '../scripts/script.js';
import type { Call, Reply } from '../session/call.js';

/** What a queue does for a put. */
export interface Putter {
  readonly begin: (script: Script, args: readonly Argument[]) => Promise<Call>;
  /** Whether the queue was not there, and is being made again. */
  readonly mustRepeat: (reply: Reply) => boolean;
  /** The call will not be answered. */
  readonly drop: (call: Call) => void;
}

/**
 * Puts items, waiting for room. Unlike other waits this one does not end before the server has said how many were put: nothing would
 * be worse than an item that was reported as not put, and is.
 *
 * @returns how many were put
 * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted before all were put
 */
export async function putting(
  putter: Putter,
  items: readonly Argument[],
  { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal | undefined },
): Promise<number | 'shut'> {
  for (;;) {
    const call = await putter.begin(put, [timeout === 0 ? '' : '1', ...items]);
    const isPlain = timeout === 0 || (timeout === Infinity && signal === undefined);
    const reply = isPlain ? await call.answered : await ended(putter, call, timeout, signal);
    if (typeof reply === 'number') {
      if (signal?.aborted === true && reply > 0) throw signal.reason;
      return items.length - reply;
    }
    if (reply.how === '+') return items.length;
    if (reply.how === '-') return Number(reply.body.toString());
    if (!putter.mustRepeat(reply)) return 'shut';
  }
}

/** @returns the reply; or how many items were not put when it was given up */
function ended(
  { begin, drop }: Putter,
  call: Call,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<Reply | number> {
  return new Promise((resolve, reject: (reason: unknown) => void) => {
    const end = (): void => {
      timer.cancel();
      stopListening();
    };
    const giveUp = (): void => {
      end();
      begin(giveUpPut, [String(call.number)])
        .then((one) => one.answered)
        .then((reply) => {
          drop(call);
          resolve(Number(reply.body.toString()));
        }, reject);
    };
    const timer = new LongTimer(timeout, giveUp);
    const stopListening = onAborted(signal, giveUp);
    call.answered.then(resolve, reject).finally(end);
  });
}
