import { Pipe, waitReady } from './index.js';
import type { Connection } from './index.js';

export async function duplex(): Promise<void> {
  // #region duplex
  const [here, there] = Pipe.duplex();
  // Give `there` to another process: as an argument, in a message, or by its handle.
  await here.send({ question: 'how many?' });
  console.log(await there.recv());
  await there.send(42);
  console.log(await here.recv({ timeout: 1000 }));
  // #endregion
}

export async function iterate(): Promise<void> {
  // #region iterate
  const [receiver, sender] = Pipe.simplex();
  sender.sendSync('one');
  sender.sendSync('two');
  sender.close();
  for await (const message of receiver) console.log(message); // until every process has closed the sending end
  // #endregion
}

export async function bytes(): Promise<void> {
  // #region bytes
  const [a, b] = Pipe.duplex();
  await a.sendBytes(new Uint8Array([1, 2, 3, 4]), { offset: 1, size: 2 });
  const buffer = new Uint8Array(1024);
  const length = await b.recvBytesInto(buffer);
  console.log(buffer.subarray(0, length)); // [2, 3]
  // #endregion
}

export async function collect(connections: Set<Connection>): Promise<void> {
  // #region waitReady
  while (connections.size > 0) {
    for (const connection of await waitReady(connections)) {
      try {
        console.log(await connection.recv());
      } catch {
        connections.delete(connection); // its other end is gone
      }
    }
  }
  // #endregion
}
