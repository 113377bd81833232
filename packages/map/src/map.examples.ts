import { SharedMap } from './index.js';

interface User {
  readonly name: string;
}

export async function cache(readUser: (id: number) => Promise<User>): Promise<User> {
  // #region cache
  const users = new SharedMap<number, User>({ name: 'users', maxEntries: 10_000, ttl: 60_000 });
  const user = await users.fetch(7, readUser); // one process reads it, however many fetch it at a time
  users.delete(7); // for all of them
  // #endregion
  return user;
}

export function counts(): void {
  // #region counts
  using hits = new SharedMap<string, number>({ name: 'hits' });
  hits.increment('/index.html'); // exact, however many processes do it
  hits.update('/longest', (ms = 0) => Math.max(ms, 12));
  for (const [path, count] of hits) console.log(path, count);
  // #endregion
}

export function claims(): boolean {
  // #region claims
  const owners = new SharedMap<string, number>({ name: 'owners', ttl: 30_000 });
  const isMine = owners.compareAndSet('import', undefined, process.pid); // one process wins
  // #endregion
  return isMine;
}
