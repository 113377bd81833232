// @ts-check
// Looks at the packages as they would be published: publint and "are the types wrong" find nothing, and none is larger,
// or brings more packages along, than test/pins/packages.json says. With --update that file is written anew.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packAll } from './pack.mjs';
import { output, root } from './run.mjs';

/** @typedef {import('./pack.mjs').Tarball} Tarball */
/** @typedef {Record<string, { maxKiB: number, packages: number }>} Pins packages: how many an installation consists of */

const PINS = path.join(root, 'test/pins/packages.json');
const STEP_KIB = 16; // so that not every change of a line is a change of the pins

// From CommonJS these ES modules are loaded by require(), as every Node that is supported can; the checker means
// TypeScript's older ways to resolve, which know neither that nor "exports".
const EXPECTED_KINDS = ['CJSResolvesToESM'];
const EXPECTED_RESOLUTIONS = ['node10'];

/** @param {Tarball} tarball */
async function lint({ manifest, file }) {
  const { messages } = await publint({ pack: { tarball: toArrayBuffer(readFileSync(file)) }, level: 'suggestion' });
  return messages
    .filter(({ code }) => code !== 'USE_TYPE') // napi writes the manifests of the binaries; ours all have it
    .map((message) => `${manifest.name}: publint: ${formatMessage(message, manifest, { color: false })}`);
}

/** @param {Tarball} tarball */
async function checkTypes({ manifest, file }) {
  const analysis = await checkPackage(createPackageFromTarballData(readFileSync(file)));
  if (!('problems' in analysis)) return []; // a binary has no types
  const problems = analysis.problems.filter(
    (problem) =>
      !EXPECTED_KINDS.includes(problem.kind) &&
      !('resolutionKind' in problem && EXPECTED_RESOLUTIONS.includes(problem.resolutionKind)),
  );
  return problems.map((problem) => `${manifest.name}: types: ${JSON.stringify(problem)}`);
}

/** What npm shows of a package, and what its licence asks for. @param {Tarball} tarball */
async function checkTexts({ manifest, file }) {
  const names = (await output('tar', ['-tzf', file], root)).split('\n');
  const complaints = ['LICENSE', 'README.md', 'package.json']
    .filter((name) => !names.includes(`package/${name}`))
    .map((name) => `${manifest.name} is published without ${name}`);
  if (!manifest['repository']) complaints.push(`${manifest.name} names no repository`);
  const readme = await output('tar', ['-xzOf', file, 'package/README.md'], root);
  const relative = [...readme.matchAll(/\]\((?!#|[a-z]+:)([^)]+)\)/g)];
  return [...complaints, ...relative.map(([, to]) => `${manifest.name}: README links to ${to}, which is not on npm`)];
}

/** @param {Buffer} bytes */
const toArrayBuffer = (bytes) => /** @type {ArrayBuffer} */ (new Uint8Array(bytes).buffer);

/**
 * The packages that one brings along on this platform, itself included.
 *
 * @param {string} name
 * @param {Map<string, Tarball>} known
 * @param {Set<string>} [found]
 */
function closure(name, known, found = new Set()) {
  const manifest = known.get(name)?.manifest;
  if (manifest === undefined || found.has(name)) return found;
  found.add(name);
  const needed = { ...manifest.dependencies, ...manifest.optionalDependencies };
  for (const one of Object.keys(needed)) closure(one, known, found);
  return found;
}

/** @param {Tarball[]} ours @param {Tarball[]} others @returns {Pins} */
function measure(ours, others) {
  const known = new Map([...ours, ...others].reverse().map((tarball) => [tarball.manifest.name, tarball])); // of several versions, the first
  const named = ours.filter(({ manifest }) => !manifest.name.startsWith('@multiprocess/native-'));
  return Object.fromEntries(
    named.map(({ manifest: { name }, unpackedSize }) => [
      name,
      { maxKiB: Math.ceil(unpackedSize / 1024), packages: closure(name, known).size },
    ]),
  );
}

/** @param {Pins} found @param {Pins} pins */
function compare(found, pins) {
  const hint = 'if that is meant, run "node test/tools/check-packages.mjs --update"';
  return Object.entries(found).flatMap(([name, { maxKiB, packages }]) => {
    const pin = pins[name];
    if (pin === undefined) return [`${name} is not in test/pins/packages.json: ${hint}`];
    const size = maxKiB > pin.maxKiB ? [`${name} has ${maxKiB} KiB, at most ${pin.maxKiB} are pinned: ${hint}`] : [];
    const count = `${name} installs ${packages} packages, ${pin.packages} are pinned: ${hint}`;
    return packages === pin.packages ? size : [...size, count];
  });
}

/** @param {Pins} found */
function writePins(found) {
  const lines = Object.entries(found).map(([name, { maxKiB, packages }]) => {
    const rounded = Math.ceil((maxKiB + 1) / STEP_KIB) * STEP_KIB;
    return `  "${name}": { "maxKiB": ${rounded}, "packages": ${packages} }`;
  });
  writeFileSync(PINS, `{\n${lines.join(',\n')}\n}\n`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'multiprocess-packages-'));
try {
  const { ours, others } = await packAll(folder);
  const found = measure(ours, others);
  if (process.argv[2] === '--update') writePins(found);
  const complaints = compare(found, JSON.parse(readFileSync(PINS, 'utf8')));
  for (const tarball of ours)
    complaints.push(...(await lint(tarball)), ...(await checkTypes(tarball)), ...(await checkTexts(tarball)));
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
