import { removeOrphans } from '@multiprocess/shared-memory';
import type { Command } from './command.js';

/** Removes objects that killed processes have left behind. */
export const removeOrphansCommand: Command = {
  synopsis: 'remove-orphans',
  summary: 'remove objects that no running process has; this also happens by itself',
  options: {},
  run() {
    const names = removeOrphans();
    const lines = names.map((name) => `Removed ${name}`);
    process.stdout.write(`${lines.length === 0 ? 'There were no orphans.' : lines.join('\n')}\n`);
    return 0;
  },
};
