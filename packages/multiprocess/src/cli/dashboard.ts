import { once } from 'node:events';
import nodeProcess from 'node:process';
import { WRONG_USAGE } from './command.js';
import type { Command } from './command.js';

/** The files of the page, in dist/ of this package. */
const ASSETS = new URL('../dashboard/', import.meta.url);

/** Serves a page that draws processes and objects, until Ctrl+C. */
export const dashboard: Command = {
  synopsis: 'dashboard [--port N] [--open]',
  summary: 'a page on this machine that draws who holds what and who waits for whom, with live plots; until Ctrl+C',
  options: { port: { type: 'string' }, open: { type: 'boolean' }, 'no-open': { type: 'boolean' } },
  async run({ port, open, 'no-open': stay }) {
    const number = port === undefined ? 0 : portOf(port);
    if (number === undefined || (open === true && stay === true)) {
      const problem =
        number === undefined ? `--port must be 0 to 65535, received ${JSON.stringify(port)}` : '--open or --no-open?';
      process.stderr.write(`${problem}\n`);
      return WRONG_USAGE;
    }
    const interrupted = Promise.race([once(nodeProcess, 'SIGINT'), once(nodeProcess, 'SIGTERM')]);
    // Loaded here: the other commands need no server.
    const { DashboardServer } = await import('../dashboard/serve/dashboard-server.js');
    const server = await DashboardServer.start(number, ASSETS);
    process.stdout.write(`${server.url}\n`);
    if (open === true) {
      const { openBrowser } = await import('../dashboard/serve/open-browser.js');
      if (!(await openBrowser(server.url))) process.stderr.write('No browser was found: open the address yourself.\n');
    }
    await interrupted;
    await server.close();
    return 0;
  },
};

function portOf(text: unknown): number | undefined {
  const number = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  return number <= 65_535 ? number : undefined;
}
