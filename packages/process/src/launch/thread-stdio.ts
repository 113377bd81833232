import { argumentError } from '@multiprocess/shared-memory';
import type { StdioEntry } from './stdio-entry.js';
import type { ThreadOutputKind as Kind } from './thread-message.js';

/** What becomes of the standard streams of a thread. */
interface ThreadStdio {
  readonly in: Kind;
  readonly out: Kind;
  readonly err: Kind;
}

/** @throws {@link TypeError} if only a process can have them. */
export function threadStdio(stdio: string | readonly StdioEntry[] = ['ignore', 'inherit', 'inherit']): ThreadStdio {
  const given = typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio;
  const [input, output, errors, ...others] = [...given, ...new Array<undefined>(3).fill(undefined)];
  const kinds = { in: input ?? 'ignore', out: output ?? 'inherit', err: errors ?? 'inherit' };
  const isPossible =
    others.every((other) => other === undefined) &&
    Object.values(kinds).every((kind) => kind === 'ignore' || kind === 'pipe' || kind === 'inherit');
  if (!isPossible || (kinds.in === 'inherit' && typeof stdio !== 'string')) {
    const wanted = "'ignore', 'inherit' or 'pipe' for output and 'ignore' or 'pipe' for input";
    throw argumentError('stdio of a thread', wanted, stdio);
  }
  return kinds as ThreadStdio;
}
