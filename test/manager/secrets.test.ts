import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { decodeJson, encodeJson } from '../../packages/manager/build/wire/json.js';
import { parseObjectAddress } from '../../packages/manager/build/wire/object-address.js';

const PASSWORD = 'correct horse: battery & staple';

describe('errors about damaged JSON tell nothing of its content:', () => {
  test('whichever byte is changed', () => {
    const bytes = encodeJson({ password: PASSWORD, key: Buffer.from(PASSWORD), list: [new Map([[PASSWORD, 1n]])] });
    let errors = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (const byte of [0x22, 0x24, 0x2c, 0x5b, 0x7b, 0x7d, 0x80]) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = byte;
        try {
          decodeJson(damaged);
        } catch (error) {
          errors++;
          const log = inspect(error, { depth: Infinity, showHidden: true });
          for (let start = 0; start + 6 <= PASSWORD.length; start++) {
            expect(log).not.toContain(PASSWORD.slice(start, start + 6));
          }
        }
      }
    }
    expect(errors).toBeGreaterThan(10);
  });

  test('what should be the place of an object', () => {
    expect(() => parseObjectAddress(PASSWORD)).toThrow(
      /^a text of 31 characters that is not a name leads to no object/,
    );
  });
});
