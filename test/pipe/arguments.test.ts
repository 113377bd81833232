import { Connection, Pipe, waitReady, waitReadySync } from '@multiprocess/pipe';
import { expect, test } from 'vitest';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';

const [here, there] = Pipe.duplex();
const bytes = new Uint8Array(8);

/** Objects of every kind may be options of a wait; only what is in them is looked at. */
const waits = (call: (...args: never[]) => unknown, ...args: unknown[]): CallUnderTest => ({
  call: (...given) => call(...given),
  args,
  wrongSizes: {
    offset: [-1, 0.5, NaN, 9],
    'options.offset': [-1, 0.5, NaN, 9],
    'options.size': [-1, 0.5, NaN, 9],
    'options.maxLength': [-1, 0.5, NaN],
  },
  alsoTakes: { options: ['array', 'record'], objects: ['array'] },
});

testWrongArguments('pipe', {
  'Connection.attach': { call: (handle) => Connection.attach(handle), args: [] },
  'Connection.send': waits((value, options) => here.send(value, options), 1, {}),
  'Connection.sendSync': waits((value, options) => here.sendSync(value, options), 1, {}),
  'Connection.recv': waits((options) => there.recv(options)),
  'Connection.recvSync': waits((options) => there.recvSync(options)),
  'Connection.poll': waits((options) => there.poll(options)),
  'Connection.pollSync': waits((options) => there.pollSync(options)),
  'Connection.sendBytes': waits((given, options) => here.sendBytes(given, options), bytes, {}),
  'Connection.sendBytesSync': waits((given, options) => here.sendBytesSync(given, options), bytes, {}),
  'Connection.recvBytes': waits((options) => there.recvBytes(options)),
  'Connection.recvBytesSync': waits((options) => there.recvBytesSync(options)),
  'Connection.recvBytesInto': waits((to, offset, options) => there.recvBytesInto(to, offset, options), bytes, 0, {}),
  'Connection.recvBytesIntoSync': waits(
    (to, offset, options) => there.recvBytesIntoSync(to, offset, options),
    bytes,
    0,
    {},
  ),
  waitReady: waits((objects, options) => waitReady(objects, options), [there], {}),
  waitReadySync: waits((objects, options) => waitReadySync(objects, options), [there], {}),
});

test.each([null, 5, 'options', [], new Map([[1, 2]]), { capacity: '5' }, { capacity: null }])(
  'Pipe.duplex(%o) is a TypeError that shows what was received, unless it is an object',
  (options) => {
    const isFine = options instanceof Map;
    if (isFine) expect(Pipe.duplex(options as never)).toHaveLength(2);
    else expect(() => Pipe.duplex(options as never)).toThrow(/must be .*, received /);
  },
);

test.each([0, -1, NaN, 2 ** 31])('Pipe.simplex({ capacity: %d }) is a RangeError', (capacity) => {
  expect(() => Pipe.simplex({ capacity })).toThrow(RangeError);
});
