import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { argumentError, checkInteger, checkString } from '@multiprocess/shared-memory';

/** Where a server is, and who we are for it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Options of TLS, or undefined for none. */
  readonly tls: TlsOptions | undefined;
}

/** Who the program is for the server. */
export interface Credentials {
  /** A user of the server's access control list. Default: that of the URL, or the default user. */
  readonly username?: string | undefined;
  /** Default: that of the URL, or none. */
  readonly password?: string | undefined;
  /** Options of `tls.connect`, or `true`. Default: no TLS, unless the URL begins with `rediss:`. */
  readonly tls?: TlsOptions | boolean | undefined;
}

/** The names of these options. */
export const CREDENTIALS = ['username', 'password', 'tls'] as const;

const DEFAULT_PORT = 6379;

/** @throws {@link TypeError} if the URL is none of a server. */
export function endpointOf(text: string, { username, password, tls }: Credentials): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['redis:', 'rediss:', 'valkey:', 'valkeys:'].includes(url.protocol)) {
    // Without the text, which may have a password in it.
    throw new TypeError('url must be like redis://host:6379/0, or rediss://host:6379/0 for TLS');
  }
  const database = url.pathname.length > 1 ? Number(url.pathname.slice(1)) : 0;
  if (!Number.isInteger(database)) throw argumentError('the path of url', 'the number of a database', url.pathname);
  if (tls !== undefined && typeof tls !== 'boolean' && !isObject(tls)) {
    throw argumentError('tls', 'true, false or options of tls.connect', tls);
  }
  const secure = url.protocol === 'rediss:' || url.protocol === 'valkeys:';
  const options = tls === true ? {} : tls === false ? undefined : (tls ?? (secure ? {} : undefined));
  return {
    host: url.hostname === '' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : checkInteger('the port of url', Number(url.port)),
    database,
    username: textOf('username', username) ?? decodedOf(url.username),
    password: secretOf(password) ?? decodedOf(url.password),
    tls: options,
  };
}

/** Where it is, without who we are. */
export function addressOf({ host, port, database, tls }: Endpoint): string {
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return `${tls === undefined ? 'redis' : 'rediss'}://${shownHost}:${port}/${database}`;
}

function textOf(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : checkString(name, value);
}

/** As a text, without showing what it is if it is none: it may be a password all the same. */
function secretOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new TypeError(`password must be a string, received ${value === null ? 'null' : typeof value}`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodedOf(part: string): string | undefined {
  return part === '' ? undefined : decodeURIComponent(part);
}
