import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deserialize } from '@multiprocess/serialization';

/** The URL of a module in `fixtures`. */
export function fixtureUrl(name: string): string {
  return new URL(`./fixtures/${name}`, import.meta.url).href;
}

/** What `program`, the source of a function, gives for the value of `message` in a process of its own. */
export function inAnotherProcess(message: Uint8Array, program: string): unknown {
  const output = execFileSync(process.execPath, [fileURLToPath(fixtureUrl('receive.mjs')), program], {
    input: message,
  });
  return deserialize(output);
}
