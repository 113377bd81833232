// Python's signal.alarm(): the handler runs while the program goes on. Differs: a sleep is awaited, and goes on after the handler;
// a loop that never awaits would delay the handler to its end.
import { setTimeout as sleep } from 'node:timers/promises';
import { setitimer, signal } from 'multiprocess';

signal('SIGALRM', () => console.log('Timer is exec'));
setitimer('real', 250); // alarm() counts in whole seconds, as Python's

for (let i = 0; i < 5; i++) {
  await sleep(100);
  console.log(i);
}
console.log('time fin');
