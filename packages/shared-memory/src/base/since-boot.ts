import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

const NANOSECONDS = 1_000_000_000;

/**
 * `process.hrtime` on a clock that all processes of this machine share, where the runtime's own counts from the start of the process.
 * Two processes agree to 10 ms. Unlike Node's it goes on while the machine sleeps.
 *
 * @param own that of the runtime
 */
export function sinceBoot(own: NodeJS.HRTime): NodeJS.HRTime {
  const atStart = BigInt(Math.round(uptimeNow() * NANOSECONDS)) - own.bigint();
  const bigint = (): bigint => own.bigint() + atStart;
  const pair = ([seconds, nanoseconds]: readonly [number, number] = [0, 0]): [number, number] => {
    const since = bigint() - BigInt(seconds) * BigInt(NANOSECONDS) - BigInt(nanoseconds);
    return [Number(since / BigInt(NANOSECONDS)), Number(since % BigInt(NANOSECONDS))];
  };
  return Object.assign(pair, { bigint });
}

/** In seconds. `os.uptime()` of some runtimes counts whole ones. */
function uptimeNow(): number {
  try {
    const [seconds = ''] = readFileSync('/proc/uptime', 'utf8').split(' ');
    if (seconds !== '') return Number(seconds);
  } catch {
    // No such file on this system.
  }
  return uptime();
}
