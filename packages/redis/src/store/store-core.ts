import { letGo } from '../scripts/objects.js';
import type { Session } from '../session/session.js';
import type { Codec } from './codec.js';
import { Hold } from './hold.js';
import { LocalState } from './local-state.js';
import type { StoreEngine } from './store-engine.js';

/** What the objects of a store share: the session, and what is known of each object in this thread. */
export class StoreCore {
  readonly session: Session;
  readonly codec: Codec;
  /** Where the server is, for handles. */
  readonly address: string;
  readonly engine: StoreEngine;
  /** Proxies whose handle was taken: another program may be about to attach, so they stay until they are closed. */
  readonly pinned = new Set<object>();
  readonly #holds = new Set<Hold>();
  readonly #states = new Map<string, LocalState>();
  readonly #collected = new FinalizationRegistry<string>((id) => this.leave(id));

  constructor(session: Session, codec: Codec, address: string, engine: StoreEngine) {
    this.session = session;
    this.codec = codec;
    this.address = address;
    this.engine = engine;
    session.onLost(() => {
      const holds = [...this.#holds];
      this.#holds.clear();
      for (const hold of holds) hold.lose();
    });
  }

  /** A proxy begins to use an object; it leaves when it is collected. */
  enter(id: string, proxy: object): LocalState {
    const state = this.#states.get(id) ?? new LocalState();
    this.#states.set(id, state);
    state.proxies++;
    this.#collected.register(proxy, id, proxy);
    return state;
  }

  /** The proxy is closed. */
  close(id: string, proxy: object): void {
    this.#collected.unregister(proxy);
    this.pinned.delete(proxy);
    this.leave(id);
  }

  /** A proxy uses the object no more. With the last one goes the session's reference. */
  leave(id: string): void {
    const state = this.#states.get(id);
    if (state === undefined || --state.proxies > 0) return;
    this.#states.delete(id);
    if (id.startsWith('u/')) this.session.begin(letGo, id, []).answered.catch(() => undefined); // gone with the session
  }

  /** Something has been granted to this session. */
  granted(holder: string, fence = 0n): Hold {
    const hold = new Hold(holder, fence);
    // The session may have been lost since.
    if (holder.startsWith(`${this.session.id} `)) this.#holds.add(hold);
    else hold.lose();
    return hold;
  }

  returned(hold: Hold): void {
    this.#holds.delete(hold);
  }
}
