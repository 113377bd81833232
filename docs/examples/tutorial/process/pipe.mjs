// Python's Pipe() with a function. Differs: the end that the child has needs no close() here to see the other's end of file:
// an end that was handed on, and not used here, does not count as held here.
import { Pipe } from '@multiprocess/pipe';
import { EOFError, isMainProcess, Process, task } from 'multiprocess';

const func = task(import.meta, async function func(childEnd) {
  await childEnd.send(['fwafaw', 444]);
  childEnd.close();
});

if (isMainProcess) {
  const [parentEnd, childEnd] = Pipe.duplex();
  const p = new Process({ target: func, args: [childEnd] });
  p.start();

  console.log(await parentEnd.recv());
  await p.join();
  await parentEnd.recv().catch((error) => console.log(error instanceof EOFError));
  parentEnd.close();
  console.log('end');
}
