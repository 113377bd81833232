// Python's signal.signal() and getsignal(), while a child runs. Differs: a handler gets the signal's name and number, and no frame;
// it runs in the event loop, between two events, and never in the middle of something.
import { getSignal, Popen, signal } from 'multiprocess';

function handler(name, number) {
  console.log('sigint func execute');
  console.log(name, number);
}

signal('SIGINT', handler);
const ping = new Popen('kill -INT $PPID; sleep 0.2', { shell: true }); // Ctrl-C would send it to both
console.log(await ping.wait());
console.log(getSignal('SIGINT') === handler);
