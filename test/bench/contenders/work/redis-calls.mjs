// A Redis on loopback, spoken to in its own protocol: redis-calls.mjs <form> [port]. With a port it is one of several
// clients. Samples as in manager-calls.mjs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { formOf, timeCalls } from '../../harness/contender/calls.mjs';
import { Clients } from '../../harness/contender/clients.mjs';
import { serve } from '../../harness/contender/serve.mjs';

const form = formOf(process.argv[2]);

async function startServer() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  await new Promise((resolve) => probe.close(resolve));
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  process.on('exit', () => server.kill('SIGKILL'));
  return port;
}

/** @param {number} port @returns {Promise<import('node:net').Socket>} */
async function connectTo(port) {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10)); // it is starting
    }
  }
}

const port = Number(process.argv[3] ?? (await startServer()));
const socket = await connectTo(port);
/** @type {(() => void)[]} in the order of the requests */
const pending = [];
let text = '';
// Every answer here is one line (+OK, :1), or two ($1, then one character).
socket.setEncoding('latin1').on('data', (/** @type {string} */ chunk) => {
  text += chunk;
  let from = 0;
  for (let end = text.indexOf('\r\n'); end !== -1; end = text.indexOf('\r\n', from)) {
    if (text[from] === '$') end = text.indexOf('\r\n', end + 2);
    if (end === -1) break;
    from = end + 2;
    pending.shift()?.();
  }
  text = text.slice(from);
});

/** @param {readonly string[]} words */
const command = (words) => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
/** @type {Record<string, string>} */
const commands = {
  get: command(['GET', 'key']),
  set: command(['SET', 'key', '1']),
  append: command(['RPUSH', 'list', '1']),
  value: command(['GET', 'key']),
};

let corked = false;
/** @param {string} bytes @returns {Promise<void>} */
const send = (bytes) =>
  new Promise((resolve) => {
    pending.push(resolve);
    if (!corked) {
      corked = true;
      socket.cork();
      process.nextTick(() => {
        corked = false;
        socket.uncork();
      });
    }
    socket.write(bytes);
  });

await send(commands['set'] ?? '');
const others = new Clients(fileURLToPath(import.meta.url), [form, `${port}`]);

await serve(async (/** @type {{ ms: number, op: string, clients?: number }} */ { ms, op, clients = 1 }) => {
  if (clients > 1) return { samples: await others.samples(clients, { ms, op }) };
  const bytes = commands[op];
  if (bytes === undefined) throw new RangeError(`No operation "${op}"`);
  const samples = await timeCalls(form, () => send(bytes), ms);
  await send(command(['DEL', 'list']));
  return { samples };
});
