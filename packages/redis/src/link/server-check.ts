import { EngineConfigError } from '@multiprocess/shared-memory';

/** What a server says about itself. */
export interface ServerFacts {
  /** Names this run of it: another one after a restart. */
  readonly run: string;
  /** `redis` or `valkey`, with its version. */
  readonly version: string;
  readonly isReplica: boolean;
}

const OLDEST = 7;

/**
 * What the server's `INFO` says.
 *
 * @throws {EngineConfigError} If it is not a server on which promises can be kept.
 */
export function checkServer(info: string): ServerFacts {
  const facts = new Map(
    info
      .split(/\r?\n/)
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const),
  );
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
  const valkey = facts.get('valkey_version');
  return {
    run: facts.get('run_id') ?? '',
    version: valkey === undefined ? `redis ${version}` : `valkey ${valkey}`,
    isReplica: facts.get('role') === 'slave',
  };
}
