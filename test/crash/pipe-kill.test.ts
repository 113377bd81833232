import { Pipe } from '@multiprocess/pipe';
import type { Connection } from '@multiprocess/pipe';
import { BrokenPipeError, EOFError } from '@multiprocess/shared-memory';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { times } from '../helpers/effort.js';

vi.setConfig({ testTimeout: 300_000 }); // a watchdog: some thirty processes each

const KILLS = times(20);
const program = new URL('../pipe/fixtures/use-connection.mjs', import.meta.url);

async function user(end: Connection, action: string, ...args: (string | number)[]): Promise<Child> {
  const child = startChild(program, { args: [end.handle, action, ...args.map(String)] });
  await child.line('attached');
  return child;
}

const moment = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 20)); // at any moment of what it does

test.each([20, 100_000])(
  `${KILLS} kills of processes that send %d bytes through one end: no message is damaged, and the end comes`,
  async (bytes) => {
    const [receiver, sender] = Pipe.simplex({ capacity: 2 ** 16 });
    onTestFinished(() => {
      receiver.close();
      sender.close();
    });
    const whole = new Uint8Array(bytes).fill(7);
    let received = 0;
    const receiving = (async () => {
      for (;;) {
        expect(Buffer.compare(await receiver.recvBytes(), whole)).toBe(0);
        received++;
      }
    })();
    receiving.catch(() => undefined);
    const living = [await user(sender, 'sendLarge', bytes), await user(sender, 'sendLarge', bytes)];
    for (let kill = 0; kill < KILLS; kill++) {
      await moment();
      await living.splice(Math.floor(Math.random() * 2), 1)[0]!.kill();
      living.push(await user(sender, 'sendLarge', bytes));
    }
    expect(received).toBeGreaterThan(KILLS);
    await Promise.all(living.map((child) => child.kill()));
    await expect(receiving).rejects.toThrow(EOFError);
  },
);

test(`${KILLS} kills of processes that receive at one end: the sender goes on, until none is left`, async () => {
  const [receiver, sender] = Pipe.simplex({ capacity: 2 ** 16 });
  onTestFinished(() => {
    receiver.close();
    sender.close();
  });
  let sent = 0;
  const sending = (async () => {
    for (; ; sent++) await sender.sendBytes(new Uint8Array(1000));
  })();
  sending.catch(() => undefined);
  const living = [await user(receiver, 'takeAll'), await user(receiver, 'takeAll')];
  for (let kill = 0; kill < KILLS; kill++) {
    await moment();
    await living.splice(Math.floor(Math.random() * 2), 1)[0]!.kill();
    living.push(await user(receiver, 'takeAll'));
  }
  expect(sent).toBeGreaterThan(KILLS);
  await Promise.all(living.map((child) => child.kill()));
  await expect(sending).rejects.toThrow(BrokenPipeError);
});
