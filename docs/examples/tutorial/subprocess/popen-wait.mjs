// Python's Popen with wait(). Differs: wait() is awaited, and takes milliseconds;
// waitSync() is the form that blocks.
import { Popen } from 'multiprocess';

const ping = new Popen('for n in 1 2 3 4; do sleep 0.05; echo reply $n; done', { shell: true });
await ping.wait();
console.log(ping.pid);
console.log(ping.returncode);
