// Python's run(), and the CompletedProcess it gives. Differs: timeouts are milliseconds;
// with `encoding` the output is text, else a Buffer.
import { PIPE, run } from 'multiprocess';

const done = await run(['echo', 'listed'], { stdout: PIPE });
console.log(done.args, done.returncode, done.stdout.toString().trimEnd());
