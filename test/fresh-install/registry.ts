import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { packAll } from '../tools/pack.mjs';

type Tarball = Awaited<ReturnType<typeof packAll>>['ours'][number];

/** A registry for npm that has these tarballs and nothing else. */
export interface Registry extends AsyncDisposable {
  readonly url: string;
}

/** Serves tarballs as npm's own registry would, so that an installation is a real one and needs no network. */
export async function startRegistry(tarballs: readonly Tarball[]): Promise<Registry> {
  const files = new Map(tarballs.map(({ file }) => [`/tarballs/${path.basename(file)}`, file]));
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(request.url ?? '/');
    const file = files.get(asked);
    const versions = tarballs.filter(({ manifest }) => `/${manifest.name}` === asked);
    if (file !== undefined) response.end(readFileSync(file));
    else if (versions.length > 0) response.end(JSON.stringify(describe(versions, url)));
    else response.writeHead(404).end('{}'); // such as the packages for other platforms, which are optional
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** What npm asks for first: all versions of a package. The first one is what is installed if any will do. */
function describe(tarballs: readonly Tarball[], url: string) {
  const versions = tarballs.map(({ manifest, file }) => {
    const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    return { ...manifest, dist: { tarball: `${url}/tarballs/${path.basename(file)}`, integrity } };
  });
  return {
    name: versions[0]?.name,
    'dist-tags': { latest: versions[0]?.version },
    versions: Object.fromEntries(versions.map((version) => [version.version, version])),
  };
}
