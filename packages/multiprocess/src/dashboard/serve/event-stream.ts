import type { ServerResponse } from 'node:http';
import { clock } from '@multiprocess/shared-memory';
import type { Listener, News } from '../collect/collector.js';

/** Where news come from: a Collector. */
interface Source {
  listen(listener: Listener): () => void;
}

/** A page that has taken nothing for so long has gone to sleep; it connects again when it wakes up. */
const MAX_STALL_MS = 60_000;

/**
 * Sends what the source tells to one page, until the page goes. While the page is slow it gets nothing, and then the latest look:
 * so at most one look waits for each page.
 */
export function streamEvents(source: Source, response: ServerResponse): void {
  let waiting: News | undefined;
  let stalledAt: number | undefined;
  const send = (news: News): void => {
    if (stalledAt === undefined) {
      if (!response.write(`event: ${news.event}\ndata: ${news.json}\n\n`)) stalledAt = clock.now();
      return;
    }
    waiting = news;
    if (clock.now() - stalledAt > MAX_STALL_MS) response.destroy();
  };
  response.on('drain', () => {
    stalledAt = undefined;
    const next = waiting;
    waiting = undefined;
    if (next !== undefined) send(next);
  });
  response.on('error', () => undefined); // 'close' follows
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.flushHeaders();
  response.on('close', source.listen(send));
}
