// Python's Popen without wait(): the child's output comes later. Differs: Node stays until the child has ended,
// where Python would end first and leave it behind; unref() does that here.
import { Popen } from 'multiprocess';

const ping = new Popen('for n in 1 2 3 4; do sleep 0.05; echo reply $n; done', { shell: true });
console.log(ping.pid);
console.log(ping.returncode); // null: it has not ended
