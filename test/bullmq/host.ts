import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentOptions, DistributedPoolOptions } from '@multiprocess/bullmq';
import { DistributedPool } from '@multiprocess/bullmq';
import type { ConnectOptions, RedisStore } from '@multiprocess/redis';
import { onTestFinished } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { temporaryDirectory } from '../helpers/servers/temporary-directory.js';

const AGENT = new URL('fixtures/agent.mjs', import.meta.url);
const JOBS = fileURLToPath(new URL('fixtures/jobs.mjs', import.meta.url));
const TOOLKIT = fileURLToPath(new URL('../../node_modules/@multiprocess', import.meta.url));

/** The exports of the package that hosts have. */
export interface Jobs {
  readonly double: (n: number) => number;
  readonly add: (a: number, b: number) => Promise<number>;
  readonly echo: (...args: unknown[]) => unknown[];
  readonly fail: (message: string) => never;
  readonly odd: (n: number) => number;
  readonly die: () => Promise<never>;
  readonly bytes: (count: number) => Buffer;
  readonly processIds: () => [own: number, parent: number];
  readonly held: (log: string, gate: string) => Promise<string>;
  readonly dieTimes: (log: string, deaths: number) => number;
  readonly symbol: () => symbol;
  readonly slowly: (n: number, ms: number) => Promise<number>;
  readonly reportTo: (n: number) => number;
  readonly notATask: () => string;
}

/** What is installed, and what its `package.json` says. */
interface Installed {
  readonly name?: string;
  readonly version?: string;
  readonly exports?: unknown;
}

/** A folder that stands for a host: what is installed there, and what is not. */
export class Host {
  readonly directory = temporaryDirectory('host');

  constructor() {
    mkdirSync(path.join(this.directory, 'node_modules'));
    symlinkSync(TOOLKIT, path.join(this.directory, 'node_modules', '@multiprocess'));
  }

  /** Installs the jobs as a package. */
  install({ name = '@acme/jobs', version = '1.4.2', exports = './index.mjs' }: Installed = {}): this {
    const folder = path.join(this.directory, 'node_modules', ...name.split('/'));
    mkdirSync(folder, { recursive: true });
    copyFileSync(JOBS, path.join(folder, 'index.mjs'));
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version, exports }));
    return this;
  }

  /** The functions, as a program on this host imports them. */
  async jobs(name = '@acme/jobs'): Promise<Jobs> {
    return (await import(this.path('node_modules', name, 'index.mjs'))) as Jobs;
  }

  path(...parts: string[]): string {
    return path.join(this.directory, ...parts);
  }

  /** What has been written to a file so far. */
  read(file: string): string {
    return existsSync(this.path(file)) ? readFileSync(this.path(file), 'utf8') : '';
  }

  write(file: string, text = ''): void {
    writeFileSync(this.path(file), text);
  }

  /** Starts an agent here; resolves when it takes jobs. */
  async agent(url: string, options: Partial<AgentOptions> = {}, connection?: ConnectOptions): Promise<Child> {
    const all = { queue: 'jobs', processes: 1, directory: this.directory, ...options };
    const args = [url, JSON.stringify(all), ...(connection === undefined ? [] : [JSON.stringify(connection)])];
    const child = startChild(AGENT, { args, cwd: this.directory });
    await child.line('ready');
    return child;
  }
}

/** A pool that is terminated when the test ends. */
export function newPool(store: RedisStore, options: Partial<DistributedPoolOptions> = {}): DistributedPool {
  const pool = new DistributedPool(store, { queue: 'jobs', ...options });
  onTestFinished(async () => {
    pool.terminate();
    await pool.join();
  });
  return pool;
}
