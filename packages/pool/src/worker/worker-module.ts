import { programUrl } from '@multiprocess/shared-memory';

/**
 * The module in which workers find the tasks of this package: `worker-main.js` in dist/, also where a bundle has this package in
 * it.
 */
export const WORKER_MODULE = {
  url: programUrl(
    {
      program: 'worker-main.js',
      of: '@multiprocess/pool',
      beside() {
        return new URL('./worker-main.js', import.meta.url);
      },
    },
    import.meta,
  ),
};
