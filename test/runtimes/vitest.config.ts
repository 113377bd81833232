import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import everything from '../../vitest.config.js';

const { outputFile: _json, ...all } = everything.test ?? {};

// Fetches the runtimes, and runs the suites on each: half an hour, and the network. `npm run test:runtimes`.
export default defineConfig({
  ...everything,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...all,
    include: ['test/runtimes/**/*.test.ts'],
    exclude: ['test/.cache/**'],
    maxWorkers: 1,
    reporters: ['default'],
    testTimeout: 1_800_000,
  },
});
