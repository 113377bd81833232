import type { Stream } from 'node:stream';

/** A standard stream of a child, as in `child_process`. 'ipc' is not supported: send through a queue instead. */
export type StdioEntry = 'ignore' | 'inherit' | 'pipe' | 'overlapped' | Stream | number | null | undefined;
