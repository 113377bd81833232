import { startChild } from '../helpers/children.js';

const main = new URL('../../packages/multiprocess/dist/cli/main.js', import.meta.url);

/** What a run of the command line wrote, and how it ended. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
  readonly stderr: string;
}

/** Runs `multiprocess` with these arguments in the segment directory of the test. */
export async function command(...args: string[]): Promise<Outcome> {
  const child = startChild(main, { args });
  const { code } = await child.exit;
  return { status: code, output: child.lines.join('\n'), stderr: child.stderr };
}
