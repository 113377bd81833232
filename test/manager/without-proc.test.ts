import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { mountNamespace } from '../helpers/mount-namespace.js';

test.skipIf(mountNamespace === undefined)(
  'where /proc is not mounted, a manager works and tells of itself',
  async () => {
    const within = [...mountNamespace!, 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh'];
    const child = startChild(new URL('fixtures/informs.mjs', import.meta.url), { within });
    expect(JSON.parse(await child.line(/^\{/))).toEqual({ score: 1, objects: 1, clients: 1, tellsMemory: true });
    expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  },
);
