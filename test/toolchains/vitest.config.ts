import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import everything from '../../vitest.config.js';

const { outputFile: _json, ...all } = everything.test ?? {};

// Fetches tools and installs the packages for each: minutes, and the network. `npm run test:toolchains`.
export default defineConfig({
  ...everything,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...all,
    include: ['test/toolchains/**/*.test.ts'],
    exclude: ['test/.cache/**'],
    // These ask the registry of npm, for which certificates may be set.
    globalSetup: ['test/toolchains/fetch-all.ts', 'test/helpers/runner/global-setup.ts'],
    maxWorkers: 1,
    reporters: ['default'],
    testTimeout: 240_000,
  },
});
