import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import nodeProcess from 'node:process';
import { clock } from '@multiprocess/shared-memory';

/** How long a browser may take to read the file. */
const READ_WITHIN_MS = 60_000;

/**
 * Opens a URL in the browser of the user, by a file that only the user can read: the arguments of a program are seen by all users, and
 * the URL has the token. Resolves with false if there is no program that opens it.
 */
export async function openBrowser(url: string): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'multiprocess-dashboard-'));
  const file = path.join(folder, 'open.html');
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${url}">\n`, { mode: 0o600 });
  clock.setTimeout(remove, READ_WITHIN_MS).unref();
  nodeProcess.once('exit', remove);
  const opener = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [file], {
    stdio: 'ignore',
    detached: true,
  });
  opener.unref();
  try {
    await once(opener, 'spawn');
    return true;
  } catch {
    remove();
    return false;
  }
}
