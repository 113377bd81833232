// Python's signal.pause(). Differs: it is awaited, so that handlers can run meanwhile,
// and takes { timeout, signal } as all waits do.
import { kill, pause, signal } from 'multiprocess';

signal('SIGINT', (name, number) => console.log(number));
setTimeout(() => kill(process.pid, 'SIGINT'), 50); // instead of Ctrl-C
await pause();
console.log('signal pause fin');
