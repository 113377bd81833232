import { constants } from 'node:os';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { firstProcessOf, pidNamespace } from '../helpers/pid-namespace.js';

const fixture = new URL('fixtures/run.mjs', import.meta.url);

/** A program like those of the other tests, which is process 1. */
function program(source: string): Child {
  return startChild(fixture, { args: [source], within: pidNamespace ?? [] });
}

/** From outside of the namespace, as `docker stop` sends it. */
function send(child: Child, signal: NodeJS.Signals): void {
  process.kill(firstProcessOf(child.pid), signal);
}

const status = (name: NodeJS.Signals): object => ({ code: 128 + constants.signals[name], signal: null });

describe.skipIf(pidNamespace === undefined)('as process 1 of a PID namespace', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'hooks run, and %s ends the process with status 128 + its number',
    async (name) => {
      const child = program(`
        onShutdown(() => console.log('last hook'));
        onShutdown(async () => { await delay(10); console.log('first hook'); });
        console.log(process.pid);
        await delay(1e6);`);
      await child.line('1');
      send(child, name);
      expect(await child.exit).toEqual(status(name));
      expect(child.lines.slice(1)).toEqual(['first hook', 'last hook']);
    },
  );

  test('a second signal ends the process at once, with its own status', async () => {
    const child = program(
      "onShutdown(() => { console.log('hook'); return new Promise(() => {}); }, { deadline: 1e6 }); console.log('ready'); await delay(1e6)",
    );
    await child.line('ready');
    send(child, 'SIGTERM');
    await child.line('hook');
    send(child, 'SIGINT');
    expect(await child.exit).toEqual(status('SIGINT'));
  });

  test('a signal that is sent from inside runs the hooks as well', async () => {
    const child = program("onShutdown(() => console.log('hook')); kill(1, 'SIGTERM'); await delay(1e6)");
    expect(await child.exit).toEqual(status('SIGTERM'));
    expect(child.lines).toEqual(['hook']);
  });

  test('other listeners of a signal do not keep the process', async () => {
    const child = program(`
      process.on('SIGTERM', () => console.log('another'));
      onShutdown(() => console.log('hook'));
      console.log('ready');
      await delay(1e6);`);
    await child.line('ready');
    send(child, 'SIGTERM');
    expect(await child.exit).toEqual(status('SIGTERM'));
    expect(child.lines.slice(1)).toEqual(['another', 'hook']);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGABRT', 'SIGKILL', 'SIGALRM', 'SIGUSR2', 'SIGSEGV'] as const)(
    'raiseSignal() of %s ends the process where no handler takes it',
    async (name) => {
      const child = program(`raiseSignal('${name}'); console.log('went on'); await delay(1e6);`);
      expect(await child.exit).toEqual(status(name));
      expect(child.lines).toEqual([]);
    },
  );

  test.each(['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH', 'SIGTSTP', 'SIGSTOP', 'SIGPIPE'] as const)(
    'raiseSignal() of %s, which ends no process here, lets it go on',
    async (name) => {
      const child = program(`raiseSignal('${name}'); console.log('went on');`);
      expect(await child.exit).toEqual({ code: 0, signal: null });
      expect(child.lines).toEqual(['went on']);
    },
  );

  test('raiseSignal() of a signal that is handled, ignored or blocked does not end the process', async () => {
    const child = program(`
      signal('SIGTERM', () => console.log('handled'));
      signal('SIGHUP', SIG_IGN);
      blockSignals(['SIGUSR2']);
      for (const name of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) raiseSignal(name);
      console.log(await sigwait(['SIGUSR2']));`);
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect([...child.lines].sort()).toEqual(['SIGUSR2', 'handled']);
  });

  test('a default action that was blocked happens when it is let through', async () => {
    const child = program(`
      blockSignals(['SIGUSR2']);
      raiseSignal('SIGUSR2');
      while (pendingSignals().size === 0) await delay(1);
      unblockSignals(['SIGUSR2']);
      await delay(1e6);`);
    expect(await child.exit).toEqual(status('SIGUSR2'));
  });
});
