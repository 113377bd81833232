import {
  argumentError,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkString,
} from '@multiprocess/shared-memory';
import { CREDENTIALS, endpointOf } from '../link/endpoint.js';
import type { Credentials, Endpoint } from '../link/endpoint.js';
import { masterOf } from '../link/sentinel.js';
import type { SentinelOptions } from '../link/sentinel.js';
import type { SessionSettings } from '../session/settings.js';
import type { RedisSerializer } from './codec.js';

/** What a connection to Redis is made with. */
export interface ConnectOptions extends Credentials {
  /** Before all keys, with a colon behind it: stores with different prefixes have nothing in common. Default: `mp`. */
  readonly prefix?: string | undefined;
  /** Milliseconds after which a program that shows no sign of life is taken for dead: stopped, without power, behind a cut cable. Default: 10000. */
  readonly lease?: number | undefined;
  /** Milliseconds in which a program whose connection was cut may connect again without being taken for dead. Default: 50. */
  readonly grace?: number | undefined;
  /** Milliseconds for which calls wait for a server that is gone, before they fail with `EngineConnectionError`. Default: 30000. */
  readonly reconnectTimeout?: number | undefined;
  /** How values are written: `json` runs nothing that it reads, and can be read by other languages; all programs must use the same. Default: `msgpack`. */
  readonly serializer?: RedisSerializer | undefined;
  /** How many replicas must have a change before its call returns: all that may be made the primary, if a failover is to lose nothing. Default: 0. */
  readonly minReplicas?: number | undefined;
  /** Sentinels, which are asked where the server is. Then host and port of the URL are not used. Default: none. */
  readonly sentinel?: SentinelOptions | undefined;
}

/** The variable that has a URL, with credentials if need be. */
const NAMES = [
  ...CREDENTIALS,
  'prefix',
  'lease',
  'grace',
  'reconnectTimeout',
  'serializer',
  'minReplicas',
  'sentinel',
] as const;

export const URL_VARIABLE = 'MULTIPROCESS_REDIS_URL';

/** The options, checked. */
export interface CheckedOptions {
  readonly endpoint: Endpoint;
  readonly settings: SessionSettings;
  readonly serializer: RedisSerializer;
  readonly sentinel: SentinelOptions | undefined;
}

/** @throws {@link TypeError} or {@link RangeError} if an option is not what it should be. */
export function checkConnectOptions(url: string | undefined, options: ConnectOptions): CheckedOptions {
  const given = checkOptions(options, "{ prefix: 'app' }", NAMES);
  const { prefix = 'mp', lease = 10_000, grace = 50, reconnectTimeout = 30_000, minReplicas = 0, sentinel } = given;
  const { serializer = 'msgpack' } = given;
  const endpoint = endpointOf(url === undefined ? urlOfEnvironment() : checkString('url', url), given);
  if (!/^[\w.-]+$/.test(checkString('prefix', prefix))) {
    throw argumentError('prefix', 'letters, digits, dots and dashes', prefix);
  }
  if (sentinel !== undefined) checkSentinel(sentinel);
  return {
    endpoint,
    sentinel,
    serializer: checkOneOf('serializer', serializer, ['msgpack', 'json']),
    settings: {
      endpoint: () => (sentinel === undefined ? Promise.resolve(endpoint) : masterOf(sentinel, endpoint)),
      prefix: `${prefix}:`,
      lease: checkInteger('lease', lease, { min: 100, unit: 'milliseconds' }),
      grace: checkInteger('grace', grace, { unit: 'milliseconds' }),
      reconnectTimeout: checkNumber('reconnectTimeout', reconnectTimeout, { unit: 'milliseconds' }),
      minReplicas: checkInteger('minReplicas', minReplicas),
    },
  };
}

function urlOfEnvironment(): string {
  const url = process.env[URL_VARIABLE];
  if (url !== undefined && url !== '') return url;
  throw new TypeError(`Give url, like redis://host:6379/0, or set ${URL_VARIABLE}`);
}

function checkSentinel(sentinel: SentinelOptions): void {
  const given: unknown = sentinel;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw argumentError('sentinel', "an object like { name: 'main', nodes: [{ host: 'a', port: 26379 }] }", given);
  }
  const { name, nodes } = sentinel;
  checkString('sentinel.name', name);
  if (!Array.isArray(nodes) || nodes.length === 0) {
    throw argumentError('sentinel.nodes', "an array like [{ host: 'a', port: 26379 }]", nodes);
  }
}
