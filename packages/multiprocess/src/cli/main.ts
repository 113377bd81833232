#!/usr/bin/env node
// The command line of the toolkit: npx multiprocess list | tree | remove-orphans | doctor | why-blocked |
// dashboard | work.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isError } from '@multiprocess/shared-memory';
import { WRONG_USAGE } from './command.js';
import type { Command } from './command.js';
import { dashboard } from './dashboard.js';
import { doctor } from './doctor.js';
import { list } from './list.js';
import { tree } from './tree.js';
import { removeOrphansCommand } from './remove-orphans.js';
import { whyBlocked } from './why-blocked.js';
import { work } from './work.js';

const COMMANDS: readonly Command[] = [list, tree, removeOrphansCommand, doctor, whyBlocked, dashboard, work];

function usage(): string {
  const width = Math.max(...COMMANDS.map(({ synopsis }) => synopsis.length));
  const lines = COMMANDS.map(({ synopsis, summary }) => `  multiprocess ${synopsis.padEnd(width)} ${summary}`);
  return `Usage:\n${lines.join('\n')}\n  multiprocess --help | --version\n`;
}

const asksForHelp = (argument: string): boolean => argument === '--help' || argument === '-h';

function version(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

async function main([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || name === 'help' || [name, ...rest].some(asksForHelp)) {
    process.stdout.write(usage());
    return name === undefined ? WRONG_USAGE : 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = COMMANDS.find(({ synopsis }) => synopsis.split(' ', 1)[0] === name);
  if (command === undefined) return wrong(`There is no command ${JSON.stringify(name)}`);
  let parsed;
  try {
    parsed = parseArgs({ args: rest, options: command.options, allowPositionals: command.allowPositionals ?? false });
  } catch (error) {
    return wrong((error as Error).message);
  }
  return command.run({ ...parsed.values }, parsed.positionals);
}

function wrong(message: string): number {
  process.stderr.write(`${message}\n${usage()}`);
  return WRONG_USAGE;
}

// `multiprocess list | head` closes the pipe while this writes.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${isError(error) ? error.message : String(error)}\n`);
  return 1;
});
