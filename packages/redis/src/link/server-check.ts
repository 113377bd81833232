import { EngineConfigError } from '@multiprocess/shared-memory';

/** What a server says about itself. */
export interface ServerFacts {
  /** Names this run of it: another one after a restart. */
  readonly run: string;
  /** `redis` or `valkey`, with its version. */
  readonly version: string;
  readonly isReplica: boolean;
}

/** The oldest version of Redis that will do. Valkey counts from 7 on. */
export const OLDEST = 7;

/** What the server's `INFO` says, line by line. */
export function readInfo(info: string): ReadonlyMap<string, string> {
  const lines = info.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const));
}

/** `redis` or `valkey`, with its version. */
export function versionOf(facts: ReadonlyMap<string, string>): string {
  const valkey = facts.get('valkey_version');
  return valkey === undefined ? `redis ${facts.get('redis_version') ?? '0'}` : `valkey ${valkey}`;
}

/**
 * What the server's `INFO` says.
 *
 * @throws {@link EngineConfigError} if it is not a server on which promises can be kept.
 */
export function checkServer(info: string): ServerFacts {
  const facts = readInfo(info);
  const version = facts.get('redis_version') ?? '0';
  const mode = facts.get('server_mode') ?? facts.get('redis_mode');
  if (Number.parseInt(version, 10) < OLDEST) {
    throw new EngineConfigError(`The server is Redis ${version}: Redis 7.0 or newer, or Valkey, is needed`);
  }
  if (mode === 'cluster') {
    throw new EngineConfigError(
      'The server is in cluster mode, in which waits could be lost: connect to a server that is not, with replicas and Sentinel if you like',
    );
  }
  if (mode === 'sentinel') {
    throw new EngineConfigError(
      'The server is a Sentinel: give sentinel: { name, nodes } in the options to have it find the server',
    );
  }
  const policy = facts.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    throw new EngineConfigError(
      `The server's maxmemory-policy is ${policy}, by which it may drop a lock or a queue: set it to noeviction`,
    );
  }
  return {
    run: facts.get('run_id') ?? '',
    version: versionOf(facts),
    isReplica: facts.get('role') === 'slave',
  };
}
