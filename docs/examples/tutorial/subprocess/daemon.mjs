// Python's fork, setsid and dup2, for a program in the background. Differs: Node cannot fork, so daemonize() starts the program again
// in a session of its own; what is above it runs in both. The caller learns whether it went well.
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { daemonize } from 'multiprocess';

const [pidFile, test3, test2] = process.argv.slice(2).map((file) => resolve(file));
await daemonize({ pidFile, stdout: test3 });

console.log(process.pid); // into the file that stdout is now
for (let i = 0; i < 10; i++) console.log(i);
for (;;) {
  await sleep(50);
  appendFileSync(test2, 'hello ');
}
