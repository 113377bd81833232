import { SharedMap } from '@multiprocess/map';
import { ClosedError, DeadlockError, SerializationError, TimeoutError } from '@multiprocess/shared-memory';
import { describe, expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { until } from '../helpers/until.js';

vi.setConfig({ testTimeout: 120_000 }); // a watchdog: sixteen processes

const program = new URL('fixtures/fetch.mjs', import.meta.url);
const manyKeys = new URL('fixtures/fetch-many.mjs', import.meta.url);

/** Processes that fetch the key, all at a time. */
async function fetchAtOnce(map: SharedMap, count: number, how: readonly string[] = []): Promise<Child[]> {
  const children = Array.from({ length: count }, (_, i) =>
    startChild(program, { args: [map.handle, 'key', how[i] ?? 'value'] }),
  );
  for (const child of children) await child.line('ready');
  for (const child of children) child.say('go');
  return children;
}

const loadersOf = (children: readonly Child[]) => children.filter(({ lines }) => lines.includes('loads'));

describe('of several processes that fetch a key at a time', () => {
  test('one of sixteen loads, and all get its value', async () => {
    using map = new SharedMap<string, string>();
    const children = await fetchAtOnce(map, 16);
    await until(() => loadersOf(children).length > 0);
    const [loader] = loadersOf(children) as [Child];
    await until(() => map.stats().misses === 16); // they all wait
    loader.say('go on');
    for (const child of children) expect(await child.line(/^(got|failed)/)).toBe(`got of ${loader.pid}`);
    expect(loadersOf(children)).toEqual([loader]);
    expect(map.get('key')).toBe(`of ${loader.pid}`);
    expect(map.stats().loads).toBe(1);
  });

  test('when the one that loads is killed, another one loads, again and again', async () => {
    using map = new SharedMap<string, string>();
    const children = await fetchAtOnce(map, 5);
    const killed: Child[] = [];
    for (let i = 0; i < 3; i++) {
      await until(() => loadersOf(children).length === i + 1);
      const loader = loadersOf(children).find((one) => !killed.includes(one))!;
      await loader.kill();
      killed.push(loader);
    }
    await until(() => loadersOf(children).length === 4);
    const last = loadersOf(children).find((one) => !killed.includes(one))!;
    last.say('go on');
    for (const child of children)
      if (!killed.includes(child)) expect(await child.line(/^got/)).toBe(`got of ${last.pid}`);
    expect(map.size).toBe(1);
  });

  test('when the one that loads is killed while sixteen wait, one of them loads, and all get its value', async () => {
    using map = new SharedMap<string, string>();
    const children = await fetchAtOnce(map, 17);
    await until(() => loadersOf(children).length > 0 && map.stats().misses === 17); // the others wait
    const [killed] = loadersOf(children) as [Child];
    await killed.kill();
    const waiting = children.filter((child) => child !== killed);
    await until(() => loadersOf(waiting).length > 0);
    const [loader] = loadersOf(waiting) as [Child];
    loader.say('go on');
    for (const child of waiting) expect(await child.line(/^(got|failed)/)).toBe(`got of ${loader.pid}`);
    expect(loadersOf(waiting)).toEqual([loader]);
    expect(map.stats().loads).toBe(2);
  });

  test('sixteen that fetch many keys at once, one after the other, load each once', async () => {
    using map = new SharedMap<number, number>();
    const children = Array.from({ length: 16 }, () => startChild(manyKeys, { args: [map.handle, '200'] }));
    for (const child of children) await child.line('ready');
    for (const child of children) child.say('go');
    for (const child of children) expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
    expect(map.stats().loads).toBe(200);
    const pids = children.map(({ pid }) => pid);
    for (let key = 0; key < 200; key++) expect(pids).toContain(map.get(key));
  });

  test('when a load fails, its caller learns why, and another one loads', async () => {
    using map = new SharedMap<string, string>();
    const failing = startChild(program, { args: [map.handle, 'key', 'throw'] });
    await failing.line('ready');
    failing.say('go');
    expect(await failing.line(/^failed/)).toBe('failed load failed');
    expect([map.has('key'), map.size]).toEqual([false, 0]);
    expect(await map.fetch('key', () => 'mine')).toBe('mine');
  });
});

describe('fetch', () => {
  test('loads once for all callers of a thread, by several objects too', async () => {
    using map = new SharedMap<string, object>();
    using other = SharedMap.attach<string, object>(map.handle);
    let loads = 0;
    const load = async (key: string) => {
      loads++;
      await new Promise((resolve) => setImmediate(resolve));
      return { key };
    };
    const all = await Promise.all([map, other, map, other].map((one) => one.fetch('key', load)));
    expect(all).toEqual(new Array(4).fill({ key: 'key' }));
    expect(loads).toBe(1);
    expect(await other.fetch('key', () => expect.fail('loaded'))).toEqual({ key: 'key' });
  });

  test('a key that is being loaded has no value until then, for no call', async () => {
    using map = new SharedMap<string, number>({ maxEntries: 10 });
    const loading = deferred<number>();
    const fetched = map.fetch('key', () => loading.promise);
    expect([map.has('key'), map.get('key'), map.size, [...map], map.delete('other')]).toEqual([
      ...[false, undefined, 0, [], false],
    ]);
    loading.resolve(1);
    expect(await fetched).toBe(1);
    expect([map.get('key'), map.size]).toEqual([1, 1]);
  });

  test.each(['set', 'delete', 'clear', 'update', 'getOrInsert'] as const)(
    'what %s does to the key during its load stays',
    async (what) => {
      using map = new SharedMap<string, string>();
      const loading = deferred<string>();
      const fetched = map.fetch('key', () => loading.promise);
      const waiting = map.fetch('key', () => 'by who waited');
      const calls = {
        set: () => map.set('key', 'set'),
        delete: () => map.delete('key'),
        clear: () => map.clear(),
        update: () => map.update('key', (value) => `updated ${value}`),
        getOrInsert: () => map.getOrInsert('key', () => 'inserted'),
      };
      calls[what]();
      const stays = { set: 'set', update: 'updated undefined', getOrInsert: 'inserted' };
      const expected = what in stays ? stays[what as keyof typeof stays] : 'by who waited';
      expect(await waiting).toBe(expected);
      loading.resolve('stale');
      expect(await fetched).toBe('stale');
      expect([map.get('key'), map.size]).toEqual([expected, 1]);
    },
  );

  test('its time is over while another one loads, and while it loads itself; the load goes on', async () => {
    using map = new SharedMap<string, string>();
    const loading = deferred<string>();
    const own = map.fetch('key', () => loading.promise, { timeout: 5 });
    await expect(own).rejects.toThrow(TimeoutError);
    await expect(map.fetch('key', () => 'never', { timeout: 5 })).rejects.toThrow(TimeoutError);
    await expect(map.fetch('key', () => 'never', { timeout: 0 })).rejects.toThrow(TimeoutError);
    const aborted = map.fetch('key', () => 'never', { signal: AbortSignal.timeout(1) });
    await expect(aborted).rejects.toMatchObject({ name: 'TimeoutError' });
    const waiting = map.fetch('key', () => 'never');
    loading.resolve('loaded');
    expect(await waiting).toBe('loaded');
  });

  test('a load that fetches its own key is a deadlock, and is told so', async () => {
    using map = new SharedMap<string, string>();
    using other = SharedMap.attach<string, string>(map.handle);
    const load = (one: SharedMap<string, string>) => () => one.fetch('key', () => 'never');
    await expect(map.fetch('key', load(map))).rejects.toThrow(DeadlockError);
    await expect(map.fetch('key', load(other))).rejects.toThrow(DeadlockError);
    expect(await map.fetch('outer', () => map.fetch('inner', () => 'of another key'))).toBe('of another key');
  });

  test('a value that cannot be stored leaves no lease behind', async () => {
    using map = new SharedMap<string, unknown>();
    await expect(map.fetch('key', () => Symbol('no value'))).rejects.toThrow(SerializationError);
    await expect(map.fetch('key', () => Promise.reject(new RangeError('wrong')))).rejects.toThrow(RangeError);
    expect(await map.fetch('key', () => 'right')).toBe('right');
  });

  test('when the map is closed, its fetches reject, and others load', async () => {
    using map = new SharedMap<string, string>();
    const closed = SharedMap.attach<string, string>(map.handle);
    const own = closed.fetch('key', () => new Promise<string>(() => undefined));
    const waiting = closed.fetch('key', () => 'never');
    const other = map.fetch('key', () => 'of another');
    closed.close();
    await expect(own).rejects.toThrow(ClosedError);
    await expect(waiting).rejects.toThrow(ClosedError);
    expect(await other).toBe('of another');
  });

  test('a loader that closes the map gets a ClosedError', async () => {
    using map = new SharedMap<string, string>();
    const closing = SharedMap.attach<string, string>(map.handle);
    const fetched = closing.fetch('key', () => {
      closing.close();
      return 'value';
    });
    await expect(fetched).rejects.toThrow(ClosedError);
    expect(map.has('key')).toBe(false);
    expect(await map.fetch('key', () => 'of another')).toBe('of another');
  });

  test('the value has the time to live that was given', async () => {
    using map = new SharedMap<string, number>();
    let loads = 0;
    const load = () => ++loads;
    expect(await map.fetch('key', load, { ttl: 30 })).toBe(1);
    await until(() => !map.has('key'));
    expect(await map.fetch('key', load)).toBe(2);
    expect(map.size).toBe(1);
  });
});

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
