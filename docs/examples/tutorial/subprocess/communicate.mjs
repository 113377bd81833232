// Python's communicate(), with input and with more output than a pipe holds. Differs: it gives { stdout, stderr },
// decodes by itself with `encoding`, and can be called again after a timeout without losing anything.
import { PIPE, Popen, TimeoutExpired } from 'multiprocess';

const ping = new Popen(String.raw`printf '\325\375\324\332 Ping\n'`, { shell: true, stdout: PIPE, encoding: 'gbk' });
console.log((await ping.communicate()).stdout.trimEnd());

const slow = new Popen(['sh', '-c', 'sleep 0.3; cat'], { stdin: PIPE, stdout: PIPE });
try {
  await slow.communicate('x'.repeat(1_000_000), { timeout: 50 });
} catch (error) {
  console.log(error instanceof TimeoutExpired, error.timeout);
}
const { stdout } = await slow.communicate();
console.log(stdout.length, slow.returncode);
