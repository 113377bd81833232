// Python's Popen(stdout=PIPE), whose bytes are decoded as GBK. Differs: stdout is a stream of Node, read to its end by `text`
// and its like; what was written is still there after wait(). A child that fills the pipe would wait: see communicate.mjs.
import { buffer } from 'node:stream/consumers';
import { PIPE, Popen } from 'multiprocess';

const ping = new Popen(String.raw`printf '\325\375\324\332 Ping\n'`, { shell: true, stdout: PIPE });
await ping.wait();
console.log(ping.pid);
console.log(ping.returncode);
const data = await buffer(ping.stdout);
console.log(new TextDecoder('gbk').decode(data).trimEnd());
