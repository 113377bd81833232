import { randomUUID } from 'node:crypto';
import { Manager } from '@multiprocess/manager';
import { connect } from '@multiprocess/redis';
import type { ObjectStore } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, describe, onTestFinished, test } from 'vitest';
import { sharedServers } from '../../helpers/servers/redis-server.js';
import type { SharedServer } from '../../helpers/servers/redis-server.js';

/** What another program needs to get at the objects of a store; it travels as JSON. See fixtures/peer.mjs. */
export interface Reach {
  /** Where to connect before a handle can be attached. Default: a handle says enough. */
  readonly address?: string;
  readonly authkey?: string;
  readonly redis?: { readonly url: string; readonly prefix: string };
}

/** A store that runs. */
interface Site<S extends ObjectStore> {
  readonly store: S;
  readonly reach: Reach;
  close(): Promise<void>;
}

interface Implementation<S extends ObjectStore> {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly missing?: string | undefined;
  open(): Promise<Site<S>>;
}

const managers: readonly Implementation<Manager>[] = [
  { name: 'Manager by shared memory', open: openLocal },
  { name: 'Manager by TCP', open: openTcp },
];

/** Everything that makes objects which are the same for several programs, under one interface. */
const implementations: readonly Implementation<ObjectStore>[] = [
  ...managers,
  ...sharedServers().map((server) => ({ ...server, open: () => openRedis(server) })),
];

async function openLocal(): Promise<Site<Manager>> {
  const manager = await Manager.start();
  return { store: manager, reach: {}, close: () => manager.shutdown() };
}

async function openTcp(): Promise<Site<Manager>> {
  const authkey = 'a key that both know';
  const server = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey: Buffer.from(authkey) });
  const { address } = server;
  const client = await Manager.connect({ address, authkey: Buffer.from(authkey) });
  return {
    store: client,
    reach: { address, authkey },
    async close() {
      client.close();
      await server.shutdown();
    },
  };
}

async function openRedis({ url }: SharedServer): Promise<Site<ObjectStore>> {
  const redis = { url: url(), prefix: `test-${randomUUID()}` };
  const store = await connect(redis.url, { prefix: redis.prefix });
  return { store, reach: { redis }, close: () => store.close() };
}

/** What the tests of a suite have in hand. */
interface Suite<S extends ObjectStore> {
  /** The store; to be asked for in tests and hooks. */
  readonly store: S;
  readonly reach: Reach;
  /** Closes an object when the test ends. */
  closing<O extends { close(): void }>(object: O): O;
}

/** The tests of `body` over each store. */
export function describeStores(name: string, body: (suite: Suite<ObjectStore>) => void): void {
  describeEach(implementations, name, body);
}

/** The tests of `body` over those stores that are managers. */
export function describeManagers(name: string, body: (suite: Suite<Manager>) => void): void {
  describeEach(managers, name, body);
}

function describeEach<S extends ObjectStore>(
  stores: readonly Implementation<S>[],
  name: string,
  body: (suite: Suite<S>) => void,
): void {
  describe.each(stores)(`${name}, $name`, ({ missing, open }) => {
    if (missing !== undefined) {
      test.skip(`skipped: ${missing}`);
      return;
    }
    let site: Site<S>;
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
