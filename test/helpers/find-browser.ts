import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The program of `MULTIPROCESS_TEST_BROWSER`, or a Chromium in PATH; undefined if there is none. */
export function findBrowser(): string | undefined {
  const given = process.env['MULTIPROCESS_TEST_BROWSER'];
  if (given !== undefined && given !== '') return given.includes('/') ? given : (inPath(given) ?? given);
  return NAMES.map(inPath).find((file) => file !== undefined);
}

function inPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
