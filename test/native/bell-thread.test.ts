import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { native } from '@multiprocess/native';
import { expect, test } from 'vitest';
import { after, newDirectory, until } from './helpers.js';

const ENOENT = -2;
const EEXIST = -17;
const EBADF = -9;

/** A FIFO that is open for reading and writing. */
function newFifo(): number {
  const path = `${newDirectory()}/bell`;
  expect(native().makeFifo(path)).toBe(0);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  after(() => closeSync(fd));
  return fd;
}

test('listen() calls back from the event loop after bytes were written, once for each environment', async () => {
  let rings = 0;
  const ring = () => {
    rings++;
  };
  expect(native().holdLoop(true)).toBe(ENOENT);
  expect(native().listen(-1, ring)).toBe(EBADF);
  const fd = newFifo();
  expect(native().listen(fd, ring)).toBe(0);
  expect(native().listen(fd, ring)).toBe(EEXIST);
  for (const expected of [1, 2, 3]) {
    writeSync(fd, 'x');
    await until(() => rings >= expected);
  }
  expect([native().holdLoop(true), native().holdLoop(false)]).toEqual([0, 0]);
});

test('a thread that listens ends when it has nothing else to do, and when it is terminated, however it is rung meanwhile', async () => {
  const fd = newFifo();
  const source = `
    const { native } = require('@multiprocess/native');
    const { parentPort, workerData } = require('node:worker_threads');
    native().listen(workerData.fd, () => undefined);
    if (workerData.stays) native().holdLoop(true);
    parentPort.postMessage('listens');
  `;
  for (const stays of [false, true]) {
    for (let round = 0; round < 10; round++) {
      const thread = new Worker(source, { eval: true, workerData: { fd, stays } });
      const exit = new Promise((resolve) => thread.once('exit', resolve));
      await new Promise((resolve) => thread.once('message', resolve));
      for (let i = 0; i < 100; i++) writeSync(fd, 'x');
      if (stays) await thread.terminate();
      await exit;
    }
  }
});
