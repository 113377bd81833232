import type { Stream } from 'node:stream';

/** What the standard streams of a child can be, as in `child_process`, but for 'ipc': send through a queue instead. */
export type StdioEntry = 'ignore' | 'inherit' | 'pipe' | 'overlapped' | Stream | number | null | undefined;
