import { Client, Listener, Manager } from './index.js';

export async function start(): Promise<void> {
  // #region start
  await using manager = await Manager.start();
  const scores = manager.dict({ ann: 1 });

  await scores.increment('ann', 5); // atomic: it happens in the server
  scores.sync['bob'] = 2; // blocks until the server has answered
  console.log(scores.sync); // { ann: 6, bob: 2 }
  // #endregion
}

export async function remote(authkey: Uint8Array): Promise<void> {
  // #region remote
  const manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey });

  // In another program, here or on another machine:
  const same = await Manager.connect({ address: manager.address, authkey });
  await same.list([1, 2, 3]).length();
  // #endregion
}

export async function connections(authkey: Uint8Array): Promise<void> {
  // #region connections
  await using listener = new Listener({ family: 'tcp', authkey });
  await listener.listening;

  const [client, server] = await Promise.all([
    Client.connect({ address: listener.address, authkey }),
    listener.accept({ timeout: 5000 }),
  ]);
  await client.send({ any: 'value' });
  console.log(await server.recv());
  // #endregion
}

export async function objects(manager: Manager): Promise<void> {
  // #region objects
  const names = manager.list(['Ann']);
  await names.push('Bob'); // every method awaits; pushSync() blocks
  names.sync[0] = 'Eve'; // `sync` is the list as if it were here
  console.log(await names.snapshot()); // [ 'Eve', 'Bob' ]

  const lock = manager.lock();
  await lock.run(() => names.sort()); // the lock comes back if this client ends
  // #endregion
}

export async function pool(manager: Manager): Promise<void> {
  // #region pool
  await using pool = manager.pool({ processes: 2 }); // workers of the manager, for all its clients
  console.log(await pool.map((n: number) => n * n, [1, 2, 3])); // [ 1, 4, 9 ]

  const result = pool.applyAsync((n: number) => n + 1, [41]);
  await manager.dict<string, typeof result>().set('answer', result); // any client that reads it may ask
  console.log(await result.get()); // 42
  // #endregion
}
