// Python's Pipe() with a Process class. Differs: the two ends come from Pipe.duplex(), for one direction from Pipe.simplex(),
// receiver first; send() and recv() are awaited, or block as sendSync() and recvSync().
import { Pipe } from '@multiprocess/pipe';
import { isMainProcess, Process, registerClass } from 'multiprocess';

class MyProcess extends Process {
  constructor(childEnd) {
    super({});
    this.childEnd = childEnd;
  }

  async run() {
    await this.childEnd.send(['fawfw', 57]);
    this.childEnd.close();
  }
}
registerClass(import.meta, MyProcess);

if (isMainProcess) void main();

async function main() {
  const [parentEnd, childEnd] = Pipe.duplex();
  const p = new MyProcess(childEnd);
  p.start();

  console.log(await parentEnd.recv());
  await p.join();
  parentEnd.close();
  console.log('end');
}
