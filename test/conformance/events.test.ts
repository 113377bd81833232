import { Manager } from '@multiprocess/manager';
import { Event } from '@multiprocess/sync';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';

interface Options {
  readonly timeout?: number;
  readonly block?: boolean;
  readonly signal?: AbortSignal;
}

/** An event, in this process or in a manager. */
interface AnyEvent {
  isSet(): boolean | Promise<boolean>;
  set(): void | Promise<void>;
  clear(): void | Promise<void>;
  wait(options?: Options): Promise<boolean>;
  waitSync(options?: Options): boolean;
  close(): void;
}

const manager = await Manager.start();
afterAll(() => manager.shutdown());

const implementations: readonly { readonly name: string; make(): AnyEvent }[] = [
  { name: 'Event', make: () => new Event() },
  { name: 'EventProxy', make: () => manager.event() },
];

describe.each(implementations)('$name', ({ make }) => {
  const closing = (): AnyEvent => {
    const event = make();
    onTestFinished(() => {
      event.close();
    });
    return event;
  };

  test('is not set at first; set() and clear() may be called twice', async () => {
    const event = closing();
    expect(await event.isSet()).toBe(false);
    await event.set();
    await event.set();
    expect(await event.isSet()).toBe(true);
    await event.clear();
    await event.clear();
    expect(await event.isSet()).toBe(false);
  });

  test('a wait ends at once while it is set, and not after clear()', async () => {
    const event = closing();
    await event.set();
    expect([await event.wait(), event.waitSync()]).toEqual([true, true]);
    expect([await event.wait({ timeout: 0 }), event.waitSync({ block: false })]).toEqual([true, true]);
    await event.clear();
    expect([await event.wait({ timeout: 0 }), event.waitSync({ block: false })]).toEqual([false, false]);
  });

  test('set() wakes all that wait, also if clear() follows at once', async () => {
    const event = closing();
    const waits = Array.from({ length: 5 }, () => event.wait());
    const set = event.set();
    const cleared = event.clear();
    expect(await Promise.all(waits)).toEqual([true, true, true, true, true]);
    await set;
    await cleared;
    expect(await event.isSet()).toBe(false);
  });

  test('a wait gives false after its timeout, in either form', async () => {
    const event = closing();
    const begun = performance.now();
    expect(await event.wait({ timeout: 20 })).toBe(false);
    expect(event.waitSync({ timeout: 20 })).toBe(false);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(40);
  });

  test('an aborted wait throws the reason, and leaves the others waiting', async () => {
    const event = closing();
    const reason = new Error('never mind');
    await expect(event.wait({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const aborted = expect(event.wait({ signal: controller.signal })).rejects.toBe(reason);
    const other = event.wait();
    controller.abort(reason);
    await aborted;
    await event.set();
    expect(await other).toBe(true);
  });

  test.each([{ timeout: NaN }, { timeout: '5' }, { signal: 5 }, 5] as never[])(
    'wait(%o) is a TypeError',
    async (options) => {
      await expect(closing().wait(options)).rejects.toThrow(TypeError);
    },
  );
});
