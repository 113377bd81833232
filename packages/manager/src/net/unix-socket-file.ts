import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { descriptorPath, hasErrorCode, maxSocketPathBytes } from '@multiprocess/shared-memory';

const OWNER_ONLY = 0o600;
const PRIVATE = 0o700;
/** What the file is called until it is moved: short, since a path has few bytes. */
const NAME = 's';

/**
 * The file of a listening socket, which only its owner can connect to at any moment.
 *
 * bind() makes the file with the modes that the umask leaves, and from then on others may connect, until they are taken
 * away. So it is bound in a directory that only its owner can enter, gets its modes there, and then its name; with all three
 * done before, there is no moment at which it could be opened. Why not umask(): worker threads cannot set it, and it would
 * hold for all threads of the process. A process that is killed meanwhile leaves an empty directory.
 */
export class UnixSocketFile {
  readonly #path: string;
  readonly #directory: string;
  /** Of the directory, where paths into it would be too long: then it is entered through the descriptor. */
  #descriptor: number | undefined;
  #identity: { readonly dev: bigint; readonly ino: bigint } | undefined;

  /** @throws {@link Error} with `code`, as for listening there, if nothing can be made beside `path` */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#directory = mkdtempSync(`${dirname(path)}/.`);
    } catch (error) {
      throw listenError(error, path);
    }
    chmodSync(this.#directory, PRIVATE); // whatever the umask has left of that
    if (Buffer.byteLength(join(this.#directory, NAME)) > maxSocketPathBytes)
      this.#descriptor = openSync(this.#directory, 'r');
  }

  /** Where to bind the socket. */
  get bindPath(): string {
    if (this.#descriptor === undefined) return join(this.#directory, NAME);
    return descriptorPath(this.#descriptor, NAME);
  }

  /** Gives the bound socket its name. @throws {@link Error} with `code` `'EADDRINUSE'` if something of that name is there */
  publish(): void {
    const bound = join(this.#directory, NAME);
    chmodSync(bound, OWNER_ONLY);
    const { dev, ino } = lstatSync(bound, { bigint: true });
    try {
      moveIfAbsent(bound, this.#path);
    } catch (error) {
      throw listenError(error, this.#path);
    }
    this.#identity = { dev, ino };
    this.#removeDirectory();
  }

  /** Takes the name away, if it is still that of this socket. After the socket has been closed. Idempotent. */
  remove(): void {
    this.#removeDirectory();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    const found = lstatSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (this.#identity === undefined || found?.ino !== this.#identity.ino || found.dev !== this.#identity.dev) return;
    rmSync(this.#path, { force: true });
  }

  #removeDirectory(): void {
    rmSync(join(this.#directory, NAME), { force: true });
    try {
      rmdirSync(this.#directory);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  }
}

/** Without hard links, two listeners that come at the same time both get the name, and the later one keeps it. */
function moveIfAbsent(from: string, to: string): void {
  try {
    linkSync(from, to);
    rmSync(from);
  } catch (error) {
    const hasLinks = !['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].some((code) => hasErrorCode(error, code));
    if (hasLinks || lstatSync(to, { throwIfNoEntry: false }) !== undefined) throw error;
    renameSync(from, to);
  }
}

/** The error that Node's `listen()` would give. */
function listenError(error: unknown, path: string): Error {
  const given = (error as NodeJS.ErrnoException).code ?? 'EACCES';
  const code = given === 'EEXIST' ? 'EADDRINUSE' : given;
  const [errno, [, text]] = [...getSystemErrorMap()].find(([, [name]]) => name === code) ?? [0, ['', 'cannot be made']];
  const message = `listen ${code}: ${text} ${path}`;
  return Object.assign(new Error(message, { cause: error }), { code, errno, syscall: 'listen', address: path });
}
