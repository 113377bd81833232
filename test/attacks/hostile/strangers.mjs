// A program without the key keeps 400 silent connections open, and opens a new one for each that is closed. Most attempts of a
// client that has the key must get in.
//   node strangers.mjs [seconds=20]
import { connect } from 'node:net';
import { Client, isMainProcess, Manager } from 'multiprocess';
import { Report } from '../harness/report.mjs';
import { codeOf, sleep } from '../harness/waiting.mjs';

const STRANGERS = 400;

if (isMainProcess) await main(Number(process.argv[2] ?? 20));

async function main(seconds) {
  const report = new Report();
  const authkey = Buffer.from('key');
  const manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey });
  const port = Number(manager.address.split(':').at(-1));
  let stop = false;
  const open = () => {
    if (stop) return;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('close', () => setTimeout(open, 5));
  };
  for (let i = 0; i < STRANGERS; i++) open();
  await sleep(500);

  const figures = { in: 0, refused: 0 };
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    try {
      (await Client.connect({ address: manager.address, authkey, timeout: 2000 })).close();
      figures.in++;
    } catch (error) {
      figures.refused++;
      figures.last = codeOf(error);
    }
    await sleep(50);
  }
  stop = true;
  if (figures.in <= figures.refused) report.fault('most attempts fail');
  await manager.shutdown();
  report.conclude(figures);
}
