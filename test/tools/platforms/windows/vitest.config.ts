// How the suites run on Windows: those of this repository, as they are, without what the runner here asks of Linux.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { namePatternOf } from '../suites.mjs';
import { onWindows } from './differences.mjs';

// Wine takes some ten times as long to start a process.
const PATIENCE = 300_000;

const names = namePatternOf(onWindows);

export default defineConfig({
  // Node for Windows does not see that Wine's folders are links, so nothing may: each package is loaded once then.
  resolve: { preserveSymlinks: true },
  test: {
    root: fileURLToPath(new URL('../../../..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['test/.cache/**', ...onWindows.flatMap((one) => ('files' in one ? [one.files] : []))],
    ...(names === undefined ? {} : { testNamePattern: names }),
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: PATIENCE,
    hookTimeout: PATIENCE,
    setupFiles: [fileURLToPath(new URL('setup.mjs', import.meta.url))],
    reporters: ['verbose', 'json'],
    server: { deps: { external: [/\/packages\/[^/]+\/(build|dist)\//] } },
  },
});
