import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { fixture, newDirectory } from '../helpers.js';

// Another program of the same user writes over the registry while a thread has the first slot in it, and the thread ends.
const SLOT = 4096;
const CELL_PAGE = 17 * 65_536;
const PAGE = 4096;

/** Where to write: from, to, in bytes of the file. */
const places = [
  { what: 'its slot', from: SLOT, to: SLOT + 256 },
  { what: 'the start of its slot', from: SLOT, to: SLOT + 64 },
  { what: 'its life cell and what is before it', from: CELL_PAGE + PAGE - 64, to: CELL_PAGE + PAGE },
  { what: 'what is behind its life cell', from: CELL_PAGE + PAGE, to: CELL_PAGE + 2 * PAGE },
  { what: 'everything but the header', from: PAGE, to: 0 },
];
const values = [
  { value: 'an address', bytes: [0, 0, 0x41, 0x41, 0x41, 0x41, 0, 0] },
  { value: 'zeros', bytes: [0, 0, 0, 0, 0, 0, 0, 0] },
  { value: 'ones', bytes: [255, 255, 255, 255, 255, 255, 255, 255] },
];
const ends = ['process.exit', 'return', 'execv', 'worker: return', 'worker: process.exit', 'worker: terminate'];

test.each(places.flatMap((place) => values.flatMap((value) => ends.map((end) => ({ ...place, ...value, end })))))(
  'a thread ends by $end in order after $value were written over $what',
  async ({ from, to, bytes, end }) => {
    const directory = newDirectory();
    const child = startChild(fixture('registry/end-in-order.mjs'), {
      args: [end],
      env: { MULTIPROCESS_DIR: directory },
    });
    await child.line('ready');
    const path = join(directory, 'registry');
    const fd = openSync(path, 'r+');
    const length = (to === 0 ? statSync(path).size : to) - from;
    writeSync(fd, Buffer.alloc(length, Buffer.from(bytes)), 0, length, from);
    closeSync(fd);
    child.say('end');
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.stderr).toBe('');
  },
);
