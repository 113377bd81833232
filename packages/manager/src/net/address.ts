import { randomUUID } from 'node:crypto';
import { chmodSync, lstatSync, mkdtempSync } from 'node:fs';
import type { ListenOptions, NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  argumentError,
  checkString,
  maxSocketPathBytes,
  received,
  UnsupportedPlatformError,
} from '@multiprocess/shared-memory';

/** Where something listens. */
export type Address =
  | { readonly family: 'tcp'; readonly host: string; readonly port: number }
  | { readonly family: 'unix'; readonly path: string }
  | { readonly family: 'pipe'; readonly name: string };

type Family = Address['family'];

const LOOPBACK = '127.0.0.1';
const isWindows = process.platform === 'win32';
/** What only programs of this machine can call. */
export const LOCAL_FAMILY = isWindows ? 'pipe' : 'unix';
const TCP = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^:/[\]]*)):(\d{1,5})$/;

/**
 * Takes an address apart: `tcp://host:port` (no host: loopback), `unix:/path`, `unix:@abstract`, on Windows `pipe:name`.
 *
 * @throws {@link TypeError} or {@link RangeError} if it has none of these forms.
 * @throws {@link UnsupportedPlatformError} if it has one that this system has nothing for.
 */
export function parseAddress(given: unknown): Address {
  const address = checkString('address', given);
  if (address.startsWith('unix:')) return parseUnix(address);
  if (address.startsWith('pipe:')) return parsePipe(address);
  const match = TCP.exec(address);
  if (match === null) throw argumentError('address', 'tcp://host:port, unix:/path, unix:@name or pipe:name', address);
  const host = match[1] ?? match[2] ?? '';
  const port = Number(match[3]);
  if (port > 65535) throw new RangeError(`address must have a port up to 65535, received ${received(address)}`);
  return { family: 'tcp', host: host === '' ? LOOPBACK : host, port };
}

function parseUnix(address: string): Address {
  checkFamily('unix', address);
  const path = address.slice('unix:'.length);
  if (!path.startsWith('/') && !/^@./.test(path)) {
    throw argumentError('address', 'unix: with an absolute path, or with @ and a name', address);
  }
  if (Buffer.byteLength(path) > maxSocketPathBytes || path.includes('\0')) {
    throw new RangeError(
      `address must have a path of at most ${maxSocketPathBytes} bytes without zeros, received ${received(address)}`,
    );
  }
  return { family: 'unix', path };
}

/** Of the whole path, by which Windows finds it. */
const MAX_PIPE_PATH = 256;
const PIPES = '\\\\.\\pipe\\';

function parsePipe(address: string): Address {
  checkFamily('pipe', address);
  const name = address.slice('pipe:'.length);
  if (name === '' || /[\\/\0]/.test(name)) {
    throw argumentError('address', 'pipe: with a name that has no slashes', address);
  }
  if (PIPES.length + name.length > MAX_PIPE_PATH) {
    throw new RangeError(
      `address must have a name of at most ${MAX_PIPE_PATH - PIPES.length} characters, received ${received(address)}`,
    );
  }
  return { family: 'pipe', name };
}

function checkFamily(family: Family, given: string): void {
  if (family === 'tcp' || family === LOCAL_FAMILY) return;
  throw new UnsupportedPlatformError(
    isWindows
      ? `Node has no Unix sockets on Windows: give pipe:name or tcp://host:port, received ${received(given)}`
      : `Only Windows has named pipes: give unix:/path or tcp://host:port, received ${received(given)}`,
  );
}

export function formatAddress(address: Address): string {
  if (address.family === 'unix') return `unix:${address.path}`;
  if (address.family === 'pipe') return `pipe:${address.name}`;
  return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

/**
 * A new address: a free port, a socket in a new directory that only this user can enter, or a pipe of Windows, whose name
 * is random. @throws {@link UnsupportedPlatformError} if this system does not have it.
 */
export function newAddress(family: Family): {
  readonly address: Address;
  readonly directory: string | undefined;
} {
  if (family === 'tcp') return { address: { family, host: LOOPBACK, port: 0 }, directory: undefined };
  checkFamily(family, family);
  if (family === 'pipe') return { address: { family, name: `${PREFIX}${randomUUID()}` }, directory: undefined };
  const directory = newDirectory();
  return { address: { family, path: join(directory, SOCKET_NAME) }, directory };
}

const SOCKET_NAME = 'listener';
const PREFIX = 'multiprocess-';
/** Bytes for the unique part, and between the parts. */
const MORE_BYTES = '/XXXXXX/'.length;

/**
 * A new directory that only this user can enter, in the first place that is short enough and can be written to: what
 * `TMPDIR` says, then those that every system has.
 *
 * @throws {@link RangeError} if there is none.
 */
function newDirectory(): string {
  const maxBytes = maxSocketPathBytes - PREFIX.length - SOCKET_NAME.length - MORE_BYTES;
  let cause: unknown;
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm'])) {
    if (Buffer.byteLength(parent) > maxBytes) continue;
    try {
      const directory = mkdtempSync(join(parent, PREFIX));
      chmodSync(directory, 0o700); // whatever the umask has left of that
      return directory;
    } catch (error) {
      cause = error;
    }
  }
  throw new RangeError(
    `There is no directory for the socket: set TMPDIR to one that can be written to and has at most ${maxBytes} bytes in its name, or give an address, received TMPDIR ${JSON.stringify(tmpdir())}`,
    { cause },
  );
}

/** As Node's servers and sockets take it. */
export function nodeOptions(address: Address): ListenOptions & NetConnectOpts {
  if (address.family === 'tcp') return { host: address.host, port: address.port };
  if (address.family === 'pipe') return { path: `${PIPES}${address.name}` };
  const { path } = address;
  return { path: path.startsWith('@') ? `\0${path.slice(1)}` : path };
}

/** Whether a socket's file is there, which may be left over from a dead program. */
export function isSocketFile(address: Address): boolean {
  if (address.family !== 'unix' || address.path.startsWith('@')) return false;
  return (
    lstatSync(dirname(address.path), { throwIfNoEntry: false }) !== undefined &&
    lstatSync(address.path, { throwIfNoEntry: false })?.isSocket() === true
  );
}
