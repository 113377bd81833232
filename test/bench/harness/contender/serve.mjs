import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Answers the requests on standard input, one after the other, until it ends; then ends this process.
 *
 * @template Request
 * @param {(request: Request, started: () => void) => unknown} handler returns the answer, or a promise of it; calls
 *   `started` just before it waits for something, if the request asks for it
 */
export async function serve(handler) {
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const value = await handler(JSON.parse(line), () => say({ event: 'started' }));
      say({ event: 'done', value });
    } catch (error) {
      say({ event: 'failed', message: error instanceof Error ? error.stack : String(error) });
    }
  }
  process.exit();
}

// Written at once, since the handler may block the thread right afterwards.
/** @param {object} message */
function say(message) {
  let rest = Buffer.from(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      // The pipe is full: the parent is about to read it.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}
