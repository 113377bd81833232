import { Manager } from '@multiprocess/manager';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import type { ObjectStore } from './object-store.js';

/** What another program needs to get at the objects of a store; it travels as JSON. See fixtures/peer.mjs. */
export interface Reach {
  /** The package whose handles the objects have. */
  readonly package: string;
  /** Where to connect before a handle can be attached. Default: a handle says enough. */
  readonly address?: string;
  readonly authkey?: string;
}

/** A store that runs. */
interface Site {
  readonly store: ObjectStore;
  readonly reach: Reach;
  close(): Promise<void>;
}

/** Everything that makes objects which are the same for several programs, under one interface. */
const implementations: readonly { readonly name: string; open(): Promise<Site> }[] = [
  { name: 'Manager by shared memory', open: openLocal },
  { name: 'Manager by TCP', open: openTcp },
];

async function openLocal(): Promise<Site> {
  const manager = await Manager.start();
  return { store: manager, reach: { package: '@multiprocess/manager' }, close: () => manager.shutdown() };
}

async function openTcp(): Promise<Site> {
  const authkey = 'a key that both know';
  const server = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey: Buffer.from(authkey) });
  const { address } = server;
  const client = await Manager.connect({ address, authkey: Buffer.from(authkey) });
  return {
    store: client,
    reach: { package: '@multiprocess/manager', address, authkey },
    async close() {
      client.close();
      await server.shutdown();
    },
  };
}

/** What the tests of a suite have in hand. */
export interface Suite {
  /** The store; to be asked for in tests and hooks. */
  readonly store: ObjectStore;
  readonly reach: Reach;
  /** Closes an object when the test ends. */
  closing<O extends { close(): void }>(object: O): O;
}

/** The tests of `body` over each store. */
export function describeStores(name: string, body: (suite: Suite) => void): void {
  describe.each(implementations)(`${name}, $name`, ({ open }) => {
    let site: Site;
    beforeAll(async () => {
      site = await open();
    });
    afterAll(() => site.close());
    body({
      get store() {
        return site.store;
      },
      get reach() {
        return site.reach;
      },
      closing(object) {
        onTestFinished(() => {
          object.close();
        });
        return object;
      },
    });
  });
}
