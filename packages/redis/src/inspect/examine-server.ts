import { AuthenticationError, clock, EngineConnectionError, isError } from '@multiprocess/shared-memory';
import { OLDEST, readInfo, versionOf } from '../link/server-check.js';
import { Inspector } from './inspector.js';
import type { InspectOptions } from './inspector.js';

/** The result of one check of a server. */
export interface ServerFinding {
  /** What was looked at. */
  readonly subject: string;
  /** `failure`: objects cannot live there; `warning`: they can, with less than is promised. */
  readonly verdict: 'failure' | 'ok' | 'warning';
  /** What was found. */
  readonly found: string;
  /** What you can do about it. */
  readonly remedy?: string;
}

type Facts = ReadonlyMap<string, string>;

const ROUND_TRIPS = 100;

/**
 * Whether objects can live on a server, and what is missing: as `npx multiprocess doctor --redis URL` shows it. Changes nothing there.
 *
 * @param url as for {@link connect}
 */
export async function examineServer(url?: string, options: InspectOptions = {}): Promise<ServerFinding[]> {
  try {
    return await Inspector.use(url, options, async (inspector) => {
      const facts = readInfo(String(await inspector.ask('INFO')));
      const known = [
        ok('Server', `${versionOf(facts)} at ${inspector.address}`),
        version(facts),
        mode(facts),
        eviction(facts),
      ];
      // Another one is to be taken, so what this one allows does not matter, and it may refuse to tell.
      if ([version(facts), mode(facts)].some(({ verdict }) => verdict === 'failure')) return known;
      return [
        ...known,
        await persistence(facts, inspector),
        await scripts(inspector),
        await roundTrip(inspector),
        ok('Programs', `${String(await inspector.ask('ZCARD', `${inspector.prefix}sessions`))} connected`),
      ];
    });
  } catch (error) {
    if (!(error instanceof EngineConnectionError || error instanceof AuthenticationError)) throw error;
    const [found = '', ...remedy] = error.message.split('. ');
    return [failure('Server', found, remedy.join('. '))];
  }
}

function ok(subject: string, found: string): ServerFinding {
  return { subject, verdict: 'ok', found };
}

function warning(subject: string, found: string, remedy: string): ServerFinding {
  return { subject, verdict: 'warning', found, remedy };
}

function failure(subject: string, found: string, remedy: string): ServerFinding {
  return { subject, verdict: 'failure', found, remedy };
}

function version(facts: Facts): ServerFinding {
  const found = versionOf(facts);
  if (Number.parseInt(facts.get('redis_version') ?? '0', 10) >= OLDEST) return ok('Version', `${found}, recent enough`);
  return failure('Version', found, 'Install Redis 7.0 or newer, or Valkey');
}

function mode(facts: Facts): ServerFinding {
  const found = facts.get('server_mode') ?? facts.get('redis_mode') ?? 'unknown';
  if (found === 'cluster') return failure('Mode', 'cluster', 'Connect to a server that is not in cluster mode');
  if (found === 'sentinel')
    return failure('Mode', 'a Sentinel', 'connect(url, { sentinel: { name, nodes } }) asks it for the server');
  if (facts.get('role') === 'slave') return failure('Mode', 'a replica', 'Connect to its primary, or use Sentinel');
  const replicas = Number(facts.get('connected_slaves') ?? 0);
  return ok('Mode', replicas === 0 ? 'standalone' : `primary of ${replicas} replicas`);
}

function eviction(facts: Facts): ServerFinding {
  const subject = 'When memory is full';
  const policy = facts.get('maxmemory_policy');
  const limit =
    facts.get('maxmemory') === '0' ? 'without maxmemory' : `maxmemory ${facts.get('maxmemory_human') ?? ''}`;
  const used = `${facts.get('used_memory_human') ?? '?'} in use`;
  if (policy === 'noeviction') return ok(subject, `calls fail (noeviction, ${limit}, ${used})`);
  if (policy === undefined) {
    return warning(subject, 'the server does not tell its maxmemory-policy', 'Make sure that it is noeviction');
  }
  return failure(
    subject,
    `the server may drop a lock or a queue (${policy})`,
    'CONFIG SET maxmemory-policy noeviction, and the same in its configuration',
  );
}

async function persistence(facts: Facts, inspector: Inspector): Promise<ServerFinding> {
  const subject = 'After a restart';
  const remedy = 'appendonly yes and appendfsync always keep everything that a call has returned for';
  if (facts.get('aof_enabled') !== '1') {
    return warning(subject, 'items and locks since the last snapshot are lost (appendonly no)', remedy);
  }
  // Services may forbid it.
  const [, fsync = 'unknown'] = await inspector.list('CONFIG', 'GET', 'appendfsync').catch(() => []);
  if (fsync === 'always') return ok(subject, 'everything is there (appendonly yes, appendfsync always)');
  return warning(
    subject,
    `the last second may be lost if the machine fails (appendonly yes, appendfsync ${fsync})`,
    remedy,
  );
}

/** Whether a script may ask which sessions listen, by which deaths are noticed. */
async function scripts(inspector: Inspector): Promise<ServerFinding> {
  const subject = 'Scripts';
  try {
    const source = `return redis.call('PUBSUB', 'NUMSUB', ARGV[1])[2]`;
    await inspector.ask('EVAL', source, '0', `${inspector.prefix}c:none`);
    return ok(subject, 'are allowed, and see which programs listen');
  } catch (error) {
    const found = isError(error) ? error.message : String(error);
    return failure(subject, found, 'Allow the user EVAL, EVALSHA, PUBLISH, PUBSUB and SUBSCRIBE');
  }
}

async function roundTrip(inspector: Inspector): Promise<ServerFinding> {
  const times: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const begin = clock.now();
    await inspector.ask('PING');
    times.push(clock.now() - begin);
  }
  times.sort((a, b) => a - b);
  const shown = (milliseconds = NaN): string => milliseconds.toFixed(2);
  return ok(
    'Round trip',
    `${shown(times[ROUND_TRIPS / 2])} ms in the median, at most ${shown(times.at(-1))} ms, of ${ROUND_TRIPS}`,
  );
}
