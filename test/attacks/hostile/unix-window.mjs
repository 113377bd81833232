// A Listener without a key at a path, under umask 0. Between bind() and chmod() another user may connect to a socket: none may.
//   node unix-window.mjs [seconds=20]      (needs root)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, rmSync } from 'node:fs';
import { Listener } from 'multiprocess';
import { inline, isInstalled, isRoot } from '../harness/children.mjs';
import { scratchDirectory } from '../harness/directory.mjs';
import { need, Report } from '../harness/report.mjs';
import { sleep } from '../harness/waiting.mjs';

need(isRoot && isInstalled('setpriv'), 'root and setpriv');
const seconds = Number(process.argv[2] ?? 20);
const report = new Report();
process.umask(0);
const directory = scratchDirectory();
chmodSync(directory, 0o755);
const path = `${directory}/socket`;
// The other user may not be allowed to run this Node where it lies.
const node = `${directory}/node`;
copyFileSync(process.execPath, node);
chmodSync(node, 0o755);

const attack = `
  import { connect } from 'node:net';
  let connected = 0;
  const end = Date.now() + ${seconds * 1000};
  const attempt = () => new Promise((resolve) => {
    const socket = connect(${JSON.stringify(path)}, () => {
      connected++;
      socket.destroy();
      resolve();
    });
    socket.on('error', resolve);
  });
  console.log('tries');
  const lane = async () => {
    while (Date.now() < end) await attempt();
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  console.log(connected);`;
const attacker = spawn('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', node, ...inline(attack)], {
  cwd: '/',
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
attacker.stdout.on('data', (text) => (output += text));
const ended = once(attacker, 'close');
while (!output.includes('tries') && attacker.exitCode === null) await sleep(10);

let listeners = 0;
while (attacker.exitCode === null) {
  const listener = new Listener({ address: `unix:${path}` });
  await listener.listening;
  listeners++;
  await sleep(3);
  listener.close();
  await sleep(1);
  rmSync(path, { force: true });
}
await ended;
const connections = Number(output.trim().split('\n').at(-1));
if (connections !== 0) report.fault('another user connected');
report.conclude({ listeners, connections });
