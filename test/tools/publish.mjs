// @ts-check
// Publishes all packages, as the tests have installed them: node test/tools/publish.mjs [--dry-run]
// Run by the release workflow, with the binaries of all platforms in packages/native. What has been published already is
// passed over, so that a run that failed half-way can be repeated.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packAll } from './pack.mjs';
import { npm, npmOutput, root } from './run.mjs';

/** @typedef {import('./pack.mjs').Tarball} Tarball */

const PLATFORMS = 7;

/** npm links the statement of provenance to the repository that the workflow runs for; it may be a fork. */
function repository() {
  const { GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env;
  if (GITHUB_REPOSITORY === undefined) return {};
  const url = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
  return { repository: { type: 'git', url: `git+${url}.git` }, bugs: `${url}/issues` };
}

/** @param {Tarball} tarball */
async function isPublished({ manifest: { name, version } }) {
  try {
    const found = await npmOutput(['view', `${name}@${version}`, 'version', '--loglevel=silent'], root);
    return found.trim() === version;
  } catch {
    return false; // npm fails for a name that it has never heard of
  }
}

/**
 * In an order in which everything that a package needs is there before it.
 *
 * @param {Tarball[]} ours
 */
function bottomUp(ours) {
  /** @type {Set<Tarball>} */
  const ordered = new Set();
  /** @param {Tarball} tarball */
  const add = (tarball) => {
    const { dependencies, optionalDependencies } = tarball.manifest;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = ours.find(({ manifest }) => manifest.name === name);
      if (found !== undefined) add(found);
    }
    ordered.add(tarball);
  };
  ours.forEach(add);
  return [...ordered];
}

const dryRun = process.argv[2] === '--dry-run';
const folder = mkdtempSync(path.join(tmpdir(), 'multiprocess-release-'));
try {
  const { ours } = await packAll(folder, repository());
  const binaries = ours.filter(({ manifest }) => manifest.name.startsWith('@multiprocess/native-'));
  if (binaries.length !== PLATFORMS && !dryRun) {
    throw new Error(`There are binaries for ${binaries.length} platforms of ${PLATFORMS} in packages/native`);
  }
  for (const tarball of bottomUp(ours)) {
    if (!dryRun && (await isPublished(tarball))) continue;
    const options = dryRun ? ['--dry-run'] : ['--provenance'];
    const status = await npm(['publish', tarball.file, '--access', 'public', '--ignore-scripts', ...options]);
    if (status !== 0) throw new Error(`npm could not publish ${tarball.manifest.name}; its message is above`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
