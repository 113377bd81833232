// What the daemons of the attacks on pid files run.
import { ftruncateSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs';
import { task } from 'multiprocess';

export const serve = task(import.meta, function serve() {
  setInterval(() => {}, 1000);
});

/** Writes another process's number into each descriptor of its own pid file that it still has, and does not end by SIGTERM. */
export const forge = task(import.meta, function forge(victim) {
  const startTime = readFileSync(`/proc/${victim}/stat`, 'latin1').split(') ')[1]?.split(' ')[19];
  for (const descriptor of readdirSync('/proc/self/fd')) {
    try {
      if (!readlinkSync(`/proc/self/fd/${descriptor}`).includes('daemon.pid')) continue;
      ftruncateSync(Number(descriptor), 0);
      writeSync(Number(descriptor), `${victim}\nstart=${startTime}\n`, 0);
    } catch {
      // not open for writing, or just closed
    }
  }
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 1000);
});
