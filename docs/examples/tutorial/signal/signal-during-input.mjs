// Python's input() under a signal, which the tutorial shows to fail in Python 2.5. Differs: reading is an event like others,
// so that a handler never breaks it; the next line is read as if nothing had been.
import { createInterface } from 'node:readline/promises';
import { kill, signal } from 'multiprocess';

signal('SIGINT', () => console.log('sigint func execute'));
const prompt = createInterface({ input: process.stdin });
console.log('Prompt>>');
for await (const line of prompt) {
  console.log(line);
  kill(process.pid, 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 50));
  console.log('Prompt>>');
}
