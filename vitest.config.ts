import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The latter two by `npm run test:toolchains` and `npm run test:runtimes`.
    exclude: ['test/.cache/**', 'test/toolchains/**', 'test/runtimes/**'],
    // A process a file: what a test leaves behind in its process cannot help or hurt another file.
    pool: 'forks',
    // More than processors: many tests wait for other processes, and contention is part of what they are about.
    maxWorkers: 3,
    // Nothing here is an upper bound on how fast the toolkit must be: it ends what would never end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    globalSetup: ['global-setup', 'fewer-certificates', 'own-cache'].map((name) => `test/helpers/runner/${name}.ts`),
    setupFiles: ['test/helpers/runner/setup.ts'],
    reporters: ['default', 'json'],
    outputFile: {
      json: `test/.cache/results/node-${process.versions.node}${process.env['MULTIPROCESS_NATIVE'] ?? ''}.json`,
    },
    // The packages run as their users run them: built, and loaded once a process by Node itself. Transformed by Vite,
    // they would exist a second time beside what `require` and child programs load.
    server: { deps: { external: [/\/packages\/[^/]+\/(build|dist)\//] } },
  },
});
