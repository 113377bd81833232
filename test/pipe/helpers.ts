import { Pipe } from '@multiprocess/pipe';
import type { Connection, PipeOptions } from '@multiprocess/pipe';
import { onTestFinished } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';

/** A pipe whose ends are closed when the test ends. */
export function duplex(options?: PipeOptions): [Connection, Connection] {
  return closing(Pipe.duplex(options));
}

/** A pipe for one direction, likewise. */
export function simplex(options?: PipeOptions): [Connection, Connection] {
  return closing(Pipe.simplex(options));
}

function closing(ends: [Connection, Connection]): [Connection, Connection] {
  onTestFinished(() => {
    for (const end of ends) end.close();
  });
  return ends;
}

/** A process that does one thing with an end of a pipe, which it has attached to. */
export async function user(end: Connection, action: string, ...args: (string | number)[]): Promise<Child> {
  const child = startUser(end, action, ...args);
  await child.line('attached');
  return child;
}

/** Like {@link user}, but does not wait for it. */
export function startUser(end: Connection, action: string, ...args: (string | number)[]): Child {
  return startChild(new URL('fixtures/use-connection.mjs', import.meta.url), {
    args: [end.handle, action, ...args.map(String)],
  });
}
