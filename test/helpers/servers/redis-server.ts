import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, test } from 'vitest';
import { ENDS_WITH_PARENT, ENGINES, findServer } from '../../tools/redis-servers.mjs';
import type { Engine, ServerProgram } from '../../tools/redis-servers.mjs';
import { startChild } from '../children.js';
import type { Child } from '../children.js';
import { freePort } from './free-port.js';
import { sendCommand } from './command.js';
import type { Reply } from './command.js';
import { temporaryDirectory } from './temporary-directory.js';
import { until } from '../until.js';

const HOW_TO_GET_IT = 'node test/tools/redis-servers.mjs fetches it';

/** The address of a running server that the tests are to use in place of private ones, wherever one that they only talk to will do. */
const GIVEN_URL = process.env['MULTIPROCESS_REDIS_URL'];

interface ServerOptions {
  /** Whether what was written is on the disk before it is answered, so that a kill loses nothing. Default: it keeps nothing. */
  readonly persistent?: boolean;
  /** The server that it is to be a copy of. */
  readonly replicaOf?: RedisServer;
  /** Further settings, as on the command line: `['--maxmemory', '2mb']`. */
  readonly settings?: readonly string[];
}

/** A server of its own for a test: on loopback, at a free port, in a temporary directory. It is killed when the test ends, and by the kernel if the runner is. */
export class RedisServer {
  readonly port: number;
  readonly #program: ServerProgram;
  readonly #directory: string;
  readonly #args: readonly string[];
  #child: Child;

  private constructor(made: {
    program: ServerProgram;
    directory: string;
    args: readonly string[];
    port: number;
    child: Child;
  }) {
    this.port = made.port;
    this.#program = made.program;
    this.#directory = made.directory;
    this.#args = made.args;
    this.#child = made.child;
  }

  /** Resolves when it accepts connections, and has its copy if it is a replica. */
  static async start(program: ServerProgram, options: ServerOptions = {}): Promise<RedisServer> {
    const { persistent = false, replicaOf, settings = [] } = options;
    const directory = temporaryDirectory(program.engine);
    const args = ['--bind', '127.0.0.1', '--dir', directory, '--save', '', '--repl-diskless-sync-delay', '0'];
    if (persistent) args.push('--appendonly', 'yes', '--appendfsync', 'always');
    if (replicaOf !== undefined) args.push('--replicaof', `127.0.0.1 ${replicaOf.port}`);
    args.push(...settings);
    const { port, child } = await listening(program, directory, args);
    const server = new RedisServer({ program, directory, args, port, child });
    if (replicaOf !== undefined)
      await until(async () => /^master_link_status:up/m.test(await server.info('replication')));
    return server;
  }

  /**
   * Starts one that watches over a server and its replicas, and makes one of these the new primary when it is told to by
   * {@link failOver}. It does not do so by itself: on a busy machine it would take servers for dead that are not. Clients know
   * them by the name "multiprocess".
   */
  static async startSentinel(
    program: ServerProgram,
    primary: RedisServer,
    { replicas = 1 }: { readonly replicas?: number } = {},
  ): Promise<RedisServer> {
    const directory = temporaryDirectory(`${program.engine}-sentinel`);
    const settings = [
      `sentinel monitor multiprocess 127.0.0.1 ${primary.port} 1`,
      'sentinel down-after-milliseconds multiprocess 600000',
      'sentinel failover-timeout multiprocess 600000',
    ];
    const file = join(directory, 'sentinel.conf');
    writeFileSync(file, ['bind 127.0.0.1', `dir ${directory}`, ...settings, ''].join('\n'));
    const args = [file, '--sentinel'];
    const { port, child } = await listening(program, directory, args, /monitor master multiprocess/);
    const sentinel = new RedisServer({ program, directory, args, port, child });
    await until(async () => {
      const known = await sentinel.command('SENTINEL', 'REPLICAS', 'multiprocess');
      return Array.isArray(known) && known.length === replicas;
    });
    return sentinel;
  }

  /** Has a sentinel make a replica the new primary, as it would by itself when the primary is dead. Resolves when it has begun. */
  async failOver(): Promise<void> {
    await until(async () => {
      try {
        return (await this.command('SENTINEL', 'FAILOVER', 'multiprocess')) === 'OK';
      } catch (error) {
        if (String(error).includes('NOGOODSLAVE')) return false; // it has asked none yet how far it is
        throw error;
      }
    });
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it answers to a command. Rejects with its error. */
  command(...words: string[]): Promise<Reply> {
    return sendCommand(this.port, words);
  }

  /** A section of what it says of itself. */
  async info(section: string): Promise<string> {
    return String(await this.command('INFO', section));
  }

  /** Whether it is a primary with so many replicas. A replica that becomes a primary hangs up on its clients. */
  async isPrimary({ replicas = 0 }: { readonly replicas?: number } = {}): Promise<boolean> {
    const says = await this.info('replication').catch(() => '');
    return /^role:master/m.test(says) && Number(/^connected_slaves:(\d+)/m.exec(says)?.[1]) >= replicas;
  }

  /** Resolves when all its replicas have what it has now. */
  async replicated(): Promise<void> {
    const wanted = Number(/^master_repl_offset:(\d+)/m.exec(await this.info('replication'))?.[1]);
    await until(async () => {
      const replicas = (await this.info('replication')).matchAll(/^slave\d+:.*state=(\w+),offset=(\d+)/gm);
      return [...replicas].every(([, state, offset]) => state === 'online' && Number(offset) >= wanted);
    });
  }

  /** Kills it as `kill -9` does. It can be started again. */
  async kill(): Promise<void> {
    await this.#child.kill();
  }

  /** Kills it for good, and removes what it had on the disk. */
  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Stops it for the moment, as a machine that does not get on: its connections stay. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Lets it go on. */
  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Kills it, and starts it again at the same port, with the data that it has on the disk or as a new one. */
  async restart({ data }: { readonly data: 'kept' | 'lost' }): Promise<void> {
    await this.kill();
    if (data === 'lost') {
      for (const name of readdirSync(this.#directory)) rmSync(join(this.#directory, name), { recursive: true });
    }
    this.#child = startServer(this.#program, this.#directory, [...this.#args, '--port', String(this.port)]);
    await this.#child.line(READY);
  }
}

const READY = /Ready to accept connections/;

/** Starts a program at a free port. What takes the port first makes it try another one. */
async function listening(
  program: ServerProgram,
  directory: string,
  args: readonly string[],
  ready = READY,
): Promise<{ port: number; child: Child }> {
  for (;;) {
    const port = await freePort();
    const child = startServer(program, directory, [...args, '--port', String(port)]);
    try {
      await child.line(ready);
      return { port, child };
    } catch (error) {
      if (!child.lines.some((line) => line.includes('Address already in use'))) throw error;
    }
  }
}

function startServer({ program, env }: ServerProgram, cwd: string, args: readonly string[]): Child {
  return startChild(pathToFileURL(program), { executable: program, within: ENDS_WITH_PARENT, args, env, cwd });
}

/** The tests of `body` with each engine, as private servers. For one that is not there, a skipped test says how to get it. */
export function describeEngines(name: string, body: (program: ServerProgram) => void): void {
  for (const engine of ENGINES) {
    describe(`${name}, ${titles[engine]}`, () => {
      const program = findServer(engine);
      if (program === undefined) test.skip(`skipped: there is no ${engine}-server, ${HOW_TO_GET_IT}`);
      else body(program);
    });
  }
}

const titles: Readonly<Record<Engine, string>> = { redis: 'Redis', valkey: 'Valkey' };

/** A server that the tests of a file share. */
export interface SharedServer {
  readonly name: string;
  /** Why there is none, and how to get it. */
  readonly missing?: string;
  /** Its address. To be asked for in tests and hooks. */
  url(): string;
}

/**
 * Servers for tests that only talk to them: the one that the environment names, or else one of each engine, started before the
 * tests of the file that calls this.
 */
export function sharedServers(): readonly SharedServer[] {
  if (GIVEN_URL !== undefined) return [{ name: 'the server of MULTIPROCESS_REDIS_URL', url: () => GIVEN_URL }];
  return ENGINES.map((engine) => {
    const name = titles[engine];
    const program = findServer(engine);
    if (program === undefined) {
      const missing = `there is no ${engine}-server, ${HOW_TO_GET_IT}`;
      return { name, missing, url: () => raise(missing) };
    }
    let server: RedisServer | undefined;
    beforeAll(async () => {
      const started = await RedisServer.start(program);
      server = started;
      return () => started.end(); // a hook that runs can add no other, so the helpers that it calls cannot see to that
    });
    return {
      name,
      url: () => server?.url ?? raise('It is started before the tests: ask for its address in one of them'),
    };
  });
}

function raise(message: string): never {
  throw new Error(message);
}
