import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';

/** Another process, or a worker thread of one, that has a shared object. */
export class User {
  readonly child: Child;

  constructor(object: { readonly handle: string }, where: 'process' | 'thread' = 'process') {
    const args = where === 'process' ? [object.handle] : [object.handle, 'in a worker'];
    this.child = startChild(new URL('fixtures/use.mjs', import.meta.url), { args });
  }

  /** Calls the method; what came of it, once it has. */
  async call(method: string, ...args: readonly unknown[]): Promise<string> {
    this.tell(method, ...args);
    return this.result(method);
  }

  /** Calls the method, and does not wait for what comes of it. */
  tell(method: string, ...args: readonly unknown[]): void {
    this.child.say([method, args.map((arg) => JSON.stringify(arg)).join(', ')].join(' '));
  }

  async result(method: string): Promise<string> {
    const line = await this.child.line(new RegExp(`^${method} `));
    return line.slice(method.length + 1);
  }

  /** Calls the method, and returns when its thread is about to sleep in it. */
  async wait(method: string, ...args: readonly unknown[]): Promise<void> {
    this.tell(method, ...args);
    await this.child.line('waits');
  }
}

/** Kills the holder or waiter, without warning. It has ended when this resolves. */
export async function end(user: User, where: 'process' | 'thread'): Promise<void> {
  if (where === 'process') {
    await user.child.kill();
    return;
  }
  user.child.say('terminate');
  await user.child.line('terminated');
}

export const forms = ['sync', 'async'] as const;
export const places = ['process', 'thread'] as const;

/** The name of the method in that form. */
export const inForm = (method: string, form: (typeof forms)[number]): string =>
  form === 'sync' ? `${method}Sync` : method;
