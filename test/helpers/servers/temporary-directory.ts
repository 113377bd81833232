import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';

/** An empty directory, which is removed when the test ends, or the file if it was made in a hook. */
export function temporaryDirectory(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), `multiprocess-${name}-`));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  if (TestRunner.getCurrentTest() === undefined) afterAll(remove);
  else onTestFinished(remove);
  return directory;
}
