import type { Thread } from '@multiprocess/shared-memory';
import { markDead, newBuffer, newSegment } from './fixtures/words.mjs';
import { Peer } from './peer.js';

/** What leads another thread to the words. */
export interface Shared {
  readonly reference?: string;
  readonly buffer?: SharedArrayBuffer;
}

/** Words that this thread shares with its peers. */
export interface Site {
  readonly words: Int32Array;
  readonly thread: Thread;
  /** Starts a thread that shares them. */
  start(): Promise<Peer>;
  /** Ends it without warning; resolves when it counts as dead. */
  end(peer: Peer): Promise<void>;
}

function site(kind: 'process' | 'thread', made: { words: Int32Array; thread: Thread; shared: Shared }): Site {
  const { words, thread, shared } = made;
  const numbers = new Map<Peer, number>();
  let started = 0;
  return {
    words,
    thread,
    start: async () => {
      const number = ++started; // before anything is awaited: peers are started side by side
      const peer = await Peer.start(kind, shared, number);
      numbers.set(peer, number);
      return peer;
    },
    end: async (peer) => {
      await peer.end();
      const number = numbers.get(peer);
      if (shared.buffer !== undefined && number !== undefined) markDead(shared.buffer, number + 1);
    },
  };
}

/** Every way to sleep and wake that the toolkit has. */
export const implementations: readonly { readonly name: string; readonly newSite: () => Site }[] = [
  { name: 'FutexParker between processes', newSite: () => site('process', newSegment()) },
  { name: 'FutexParker between threads', newSite: () => site('thread', newSegment()) },
  { name: 'AtomicsParker between threads', newSite: () => site('thread', newBuffer()) },
];
