// The code of modules.md; see `npm run snippets`.
import { isMainProcess, Process, task } from 'multiprocess';

// #region guard
export const work = task(import.meta, async function work(name: string) {
  const { readFile } = await import('node:fs/promises'); // an import at the top of the module works as well
  return readFile(name);
});

if (isMainProcess) {
  const child = new Process({ target: work, args: ['/etc/hostname'] });
  child.start();
}
// #endregion guard
