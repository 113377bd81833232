// Python's os.kill(): a signal to a child, which has no handler for it and ends. Differs: kill() of a Popen sends SIGKILL,
// terminate() SIGTERM; with a shell both reach what the shell has started, too.
import { kill, Popen, signal } from 'multiprocess';

signal('SIGINT', () => console.log('sigint func execute')); // not called: the signal goes to the child
const ping = new Popen(['sleep', '1000']);
kill(ping.pid, 'SIGINT');
await ping.wait();
console.log(ping.pid);
console.log(ping.returncode);
