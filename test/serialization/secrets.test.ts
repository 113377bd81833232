import { inspect } from 'node:util';
import { attach, AuthenticationError } from '@multiprocess/shared-memory';
import { decode, serialize, task } from '@multiprocess/serialization';
import { describe, expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000 });

const KEY = Buffer.from('9f8e7d6c5b4a39281706f5e4d3c2b1a0ffeeddccbbaa99887766554433221100', 'hex');
const PASSWORD = 'correct horse: battery & staple';
const PIECE = 6;

const near = task(import.meta, function near() {});

const messages: [string, unknown][] = [
  ['an identity', { name: 'Process-1', daemon: false, authkey: new Uint8Array(KEY), path: [PASSWORD] }],
  ['a URL and a pattern', [new URL(`http://a/?${encodeURIComponent(PASSWORD)}`), new RegExp(PASSWORD), KEY]],
  ['an error', new AuthenticationError(PASSWORD, { cause: Object.assign(new Error(PASSWORD), { key: KEY }) })],
  ['a task and a function', [near, { password: PASSWORD }, (one: number) => one, KEY]],
  ['collections', [new Map([[PASSWORD, KEY]]), new Set([PASSWORD]), new Date(0), 10n ** 40n, [, PASSWORD]]],
];

/** Whether anything of the secrets, in whatever spelling, is in the text. */
function leaks(text: string): string | undefined {
  const spellings = [
    PASSWORD,
    encodeURIComponent(PASSWORD),
    KEY.toString('hex'),
    KEY.toString('latin1'),
    [...KEY].join(', '),
  ];
  for (const spelling of spellings) {
    for (let at = 0; at + PIECE <= spelling.length; at++) {
      const piece = spelling.slice(at, at + PIECE);
      if (text.includes(piece)) return piece;
    }
  }
  return undefined;
}

/** What would be logged of the errors that come of it: with stack, cause and properties. */
function* logs(bytes: Uint8Array): Generator<string> {
  for (let at = 0; at < bytes.length; at++) {
    for (const byte of [
      0,
      0x10,
      0x80,
      0x91,
      0xa5,
      0xc1,
      0xc7,
      0xcf,
      0xd9,
      0xdc,
      0xff,
      bytes[at]! ^ 1,
      bytes[at]! ^ 0x40,
      bytes[at]! + 3,
    ]) {
      const damaged = bytes.slice();
      damaged[at] = byte;
      try {
        decode(damaged, { owned: false });
      } catch (error) {
        yield inspect(error, {
          depth: Infinity,
          showHidden: true,
          maxStringLength: Infinity,
          maxArrayLength: Infinity,
        });
      }
    }
  }
}

describe('errors about a damaged message tell nothing of its content:', () => {
  test.each(messages)('%s, whichever byte is changed', (_, value) => {
    let errors = 0;
    for (const log of logs(serialize(value))) {
      errors++;
      expect(leaks(log), log).toBeUndefined();
    }
    expect(errors).toBeGreaterThan(10);
  });

  test.each([PASSWORD, `multiprocess:${PASSWORD}`, KEY.toString('latin1')])('what should be a handle, %j', (handle) => {
    expect(leaks(inspect(refusalOf(() => attach(handle))))).toBeUndefined();
  });
});

function refusalOf(attempt: () => unknown): unknown {
  try {
    return attempt();
  } catch (error) {
    return error;
  }
}
