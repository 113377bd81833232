import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAbsolute } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFailed, onTestFinished, TestRunner } from 'vitest';
import { LineLog } from './line-log.js';
import { markKilled } from './segment-directory.js';

/** How a child ended: one of the two is null. */
interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running program of test/fixtures. */
export interface Child {
  readonly pid: number;
  /** What it has written so far, without what it is in the middle of writing. */
  readonly lines: readonly string[];
  readonly stderr: string;
  /** Resolves when it has ended and all its output is here. */
  readonly exit: Promise<Exit>;
  /**
   * The next line of its output that equals a string or matches an expression, beginning after the one last returned.
   * Rejects if it ends before.
   */
  line(pattern: RegExp | string): Promise<string>;
  /** Writes a line to its standard input. */
  say(line: string): void;
  /** Ends its standard input. */
  end(): void;
  /** Kills it, SIGKILL unless another signal is given, and waits for its end. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
}

/** All optional, as in `child_process.spawn`. */
interface ChildOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  /** What to run in place of Node: an application that is its own, and is given no program. */
  readonly executable?: string;
  /** As a group of processes of its own, which a signal can be sent to as a terminal does. */
  readonly detached?: boolean;
  /** The command that runs Node, with its arguments, such as one that makes a namespace. Its process is the child. */
  readonly within?: readonly string[];
}

/** A path of Windows would be taken for a URL. */
function pathOf(program: string | URL): string {
  if (typeof program === 'string' && isAbsolute(program)) return program;
  return fileURLToPath(new URL(program, new URL('../fixtures/', import.meta.url)));
}

/**
 * Starts `program`, a file of test/fixtures, a path or a URL, on the Node that runs the test. When the test ends (or the file,
 * if started in a hook) it is killed, and if the test failed its output is shown.
 */
export function startChild(program: string | URL, options: ChildOptions = {}): Child {
  const { args = [], env = {}, execArgv = [], cwd, detached = false, executable, within = [] } = options;
  const file = pathOf(program);
  const node = executable === undefined ? [process.execPath, ...execArgv, file] : [executable];
  const [command = process.execPath, ...words] = [...within, ...node, ...args];
  const child = spawn(command, words, {
    cwd,
    detached,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const log = new LineLog(() => `${file} (${child.pid}) ended with ${child.signalCode ?? child.exitCode}`);
  createInterface(child.stdout).on('line', (line) => {
    log.add(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log.stderr += text;
  });
  child.stdin.on('error', () => undefined); // it may end without reading what it was told
  const exit = once(child, 'close').then(([code, signal]): Exit => {
    log.end();
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.kill(signal)) markKilled();
    return exit;
  };
  atEnd(() => kill(), log);
  return {
    pid: child.pid ?? -1,
    lines: log.lines,
    get stderr() {
      return log.stderr;
    },
    exit,
    line: (pattern) => log.next(pattern),
    say: (line) => void child.stdin.write(`${line}\n`),
    end: () => void child.stdin.end(),
    kill,
  };
}

// What ends with the file, of which there is one a process. A hook that is registered while another one runs would not be called.
const ofFile: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ofFile.splice(0)) await end();
});

function atEnd(cleanUp: () => Promise<unknown>, log: LineLog): void {
  const done = async () => {
    await cleanUp();
  };
  if (TestRunner.getCurrentTest() === undefined) {
    ofFile.push(done);
    return;
  }
  onTestFinished(done);
  onTestFailed(() => {
    console.error(log.toString());
  });
}
