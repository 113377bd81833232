import { Inspector } from './inspector.js';
import type { InspectOptions } from './inspector.js';

/** An object on a server, as it was just now. */
export interface ListedObject {
  /** The name of its class, without `Redis`. */
  readonly kind: string;
  /** undefined: it has none, and lives as long as some program has it. */
  readonly name: string | undefined;
  /** How many items it has; undefined if it has none by its kind. */
  readonly items: number | undefined;
  /** What it is like, in a few words. */
  readonly state: string | undefined;
  /** The programs that hold it, as host and number of the process. */
  readonly holders: readonly string[];
  /** The calls that wait for it, each with its program. */
  readonly waiters: readonly string[];
}

/** The lines in which callers wait; see `keys.ts`. */
const LINES = ['w', 'd', 'j', 'x'] as const;
const FEW = '500';

/**
 * All objects of a prefix, with the programs that hold them and wait for them: as `npx multiprocess list --redis URL` shows it. Changes nothing
 * there. Each object is read by itself, so what is said of two may be of two moments.
 *
 * @param url as for {@link connect}
 */
export function listObjects(url?: string, options: InspectOptions = {}): Promise<ListedObject[]> {
  return Inspector.use(url, options, async (inspector) => {
    const names = new SessionNames(inspector);
    const ids = await idsOf(inspector);
    const objects = await Promise.all(ids.map((id) => listed(inspector, id, names)));
    return objects
      .filter((object) => object !== undefined)
      .sort((a, b) => a.kind.localeCompare(b.kind) || (a.name ?? '').localeCompare(b.name ?? ''));
  });
}

async function idsOf(inspector: Inspector): Promise<string[]> {
  const begin = `${inspector.prefix}o:`;
  const ids = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = (await inspector.ask('SCAN', cursor, 'MATCH', `${begin}*`, 'COUNT', FEW)) as [
      string,
      string[],
    ];
    for (const key of keys) ids.add(key.slice(begin.length));
    cursor = next;
  } while (cursor !== '0');
  return [...ids];
}

/** Which program a session is, asked once for each. */
class SessionNames {
  readonly #inspector: Inspector;
  readonly #names = new Map<string, Promise<string>>();

  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  async of(session: string): Promise<string> {
    const known = this.#names.get(session);
    if (known !== undefined) return known;
    const asked = this.#inspector.ask('HGET', `${this.#inspector.prefix}s:${session}`, 'who');
    const name = asked.then((who) => (who === null ? 'a program that has ended' : String(who)));
    this.#names.set(session, name);
    return name;
  }
}

async function listed(inspector: Inspector, id: string, names: SessionNames): Promise<ListedObject | undefined> {
  const key = (letter: string): string => `${inspector.prefix}${letter}:${id}`;
  const fields = ['k', 'p', 'h', 'n', 's', 'x'];
  const read = (await inspector.ask('HMGET', key('o'), ...fields)) as (string | null)[];
  const [kind, parameter, holder, free, isSet, isShut] = read;
  if (typeof kind !== 'string') return undefined; // it has gone meanwhile
  const [items, permits, ...lines] = await Promise.all([
    countOf(inspector, kind, key('i')),
    inspector.list('HGETALL', key('b')),
    ...LINES.map((letter) => inspector.list('ZRANGE', key(letter), '0', '-1')),
  ]);
  const holding = typeof holder === 'string' ? [sessionOf(holder)] : permits.filter((_, i) => i % 2 === 0);
  return {
    kind,
    name: id.startsWith('n/') ? id.slice(2) : undefined,
    items,
    state: stateOf(kind, { parameter, free, isSet, isShut, waiting: lines[0]?.length ?? 0 }),
    holders: await Promise.all(holding.map((session) => names.of(session))),
    waiters: await Promise.all(lines.flat().map((waiter) => names.of(sessionOf(waiter)))),
  };
}

function sessionOf(waiter: string): string {
  return waiter.slice(0, waiter.indexOf(' '));
}

async function countOf(inspector: Inspector, kind: string, key: string): Promise<number | undefined> {
  if (['Queue', 'JoinableQueue', 'List'].includes(kind)) return Number(await inspector.ask('LLEN', key));
  if (['Dict', 'Namespace'].includes(kind)) return Number(await inspector.ask('HLEN', key));
  return undefined;
}

interface State {
  readonly parameter: string | null | undefined;
  readonly free: string | null | undefined;
  readonly isSet: string | null | undefined;
  readonly isShut: string | null | undefined;
  readonly waiting: number;
}

function stateOf(kind: string, { parameter, free, isSet, isShut, waiting }: State): string | undefined {
  switch (kind) {
    case 'Semaphore':
    case 'BoundedSemaphore':
      return `${free ?? 0} of ${parameter ?? 0} free`;
    case 'Event':
      return isSet === '1' ? 'set' : 'not set';
    case 'Barrier':
      return isShut === '1' ? 'broken' : `${waiting} of ${parameter ?? 0} wait`;
    case 'Queue':
    case 'JoinableQueue':
      return isShut === '1' ? 'shut down' : parameter === '0' ? undefined : `at most ${parameter ?? 0}`;
    default:
      return undefined;
  }
}
