import { Pipe } from '@multiprocess/pipe';
import type { Connection } from '@multiprocess/pipe';
import { BrokenPipeError, EOFError } from '@multiprocess/shared-memory';
import { expect, test, vi } from 'vitest';
import { dieAtEveryStep } from './steps.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: each of these starts some thirty threads, one after the other

// The other end of each pipe whose one end a thread dies with.
const others = new Map<Connection, Connection>();

function newEnd([mine, theirs]: [Connection, Connection]): Connection {
  others.set(theirs, mine);
  return theirs;
}

function drain(receiver: Connection): unknown[] {
  const got: unknown[] = [];
  for (;;) {
    try {
      got.push(receiver.recvSync());
    } catch (error) {
      expect(error).toBeInstanceOf(EOFError);
      return got;
    }
  }
}

test.each([
  { action: 'sendSync', message: 'dying' },
  { action: 'sendLarge', message: 'dying'.padEnd(40_000) },
])('a thread that dies at any step of $action has sent its message or has not, and then comes the end', async (one) => {
  let seen = 0;
  const died = await dieAtEveryStep(
    one.action,
    () => newEnd(Pipe.simplex()),
    (sender: Connection) => {
      const got = drain(others.get(sender)!);
      expect([[], [one.message]]).toContainEqual(got);
      seen += got.length;
    },
  );
  expect(died).toBeGreaterThan(3);
  expect(seen).toBeGreaterThan(0);
});

test.each(['close', 'takeHandle'])('a thread that dies at any step of %s lets go of its end', async (action) => {
  const died = await dieAtEveryStep(
    action,
    () => newEnd(Pipe.duplex()),
    (end: Connection) => {
      expect(drain(others.get(end)!)).toEqual([]);
      expect(() => others.get(end)!.sendSync(1)).toThrow(BrokenPipeError);
    },
  );
  expect(died).toBeGreaterThan(3);
});

test('a thread that dies at any step of recvSync is seen to be gone by the sender', async () => {
  const died = await dieAtEveryStep(
    'recvSync',
    () => {
      const end = newEnd(Pipe.duplex());
      others.get(end)!.sendSync('message');
      return end;
    },
    (end: Connection) => {
      expect(() => others.get(end)!.sendSync(1)).toThrow(BrokenPipeError);
    },
  );
  expect(died).toBeGreaterThan(3);
});

test('an end that was on its way to a thread that dies at any step of receiving it is lost', async () => {
  const receivers = new Map<Connection, Connection>();
  const died = await dieAtEveryStep(
    'recvSync',
    () => {
      const end = newEnd(Pipe.duplex());
      const [receiver, sender] = Pipe.simplex();
      others.get(end)!.sendSync(sender);
      sender.close();
      receivers.set(end, receiver);
      return end;
    },
    async (end: Connection) => {
      await expect(receivers.get(end)!.recv()).rejects.toThrow(EOFError);
    },
  );
  expect(died).toBeGreaterThan(10);
});

test('a thread that awaits the end learns it, at whatever step of closing the last holder dies', async () => {
  const ends = new Map<Connection, Promise<unknown>>();
  await dieAtEveryStep(
    'close',
    () => {
      const end = newEnd(Pipe.duplex());
      ends.set(
        end,
        others
          .get(end)!
          .recv()
          .catch((error: unknown) => error),
      );
      return end;
    },
    async (end: Connection) => {
      expect(await ends.get(end)).toBeInstanceOf(EOFError);
    },
  );
});
