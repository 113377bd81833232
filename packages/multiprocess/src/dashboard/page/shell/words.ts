import type { ObjectFacts, ThreadName } from '../../snapshot/snapshot.js';

/** `4711`, or `4711/2` for a worker thread. */
export function threadText({ pid, threadId }: ThreadName): string {
  return threadId === 0 ? String(pid) : `${pid}/${threadId}`;
}

/** A command line for a card: programs and files without their folders, and without the options of Node before the file. */
export function shortTitle(title: string): string {
  const [program = '', ...words] = title.split(' ').map((word) => word.replace(/^\/(?:[^/ ]*\/)+(?=[^/])/, ''));
  const file =
    program === 'node'
      ? Math.max(
          0,
          words.findIndex((word) => !word.startsWith('--')),
        )
      : 0;
  return [program, ...words.slice(file)].join(' ').replace(/^node: /, ''); // as children of the toolkit are called
}

/** `3 items`, `1 item`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** The class of an object as users know it, without its package: `Lock`. */
export function classOf({ kind, workers }: ObjectFacts): string {
  return workers === null ? kind.slice(kind.indexOf('.') + 1) : 'Pool';
}

/** The package of the class of an object: `sync`. */
export function packageOf({ kind }: ObjectFacts): string {
  return kind.slice(0, Math.max(0, kind.indexOf('.')));
}

const GENERATED = /^([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** Whether its program has given it a name. */
export function isNamed({ name }: ObjectFacts): boolean {
  return !GENERATED.test(name);
}

/** The name of an object; of one that was given none, its class and the begin of what the toolkit calls it. */
export function nameOf(object: ObjectFacts): string {
  return object.name.replace(GENERATED, `${classOf(object)} $1`);
}

/** The memory that it takes: `20 KiB`. */
export function sizeText({ bytesInUse }: ObjectFacts): string {
  return `${Math.ceil(bytesInUse / 1024).toLocaleString('en')} KiB`;
}

/** Its state on one line. */
export function stateOf({ state, items, rate, workers }: ObjectFacts): string {
  if (workers !== null) return `${state ?? ''} · ${(rate?.taken ?? 0).toLocaleString('en')} results/s`;
  const parts = [
    ...(state === null ? [] : [state]),
    ...(items === null ? [] : [counted(items, 'item')]),
    ...(rate === null || (rate.put === 0 && rate.taken === 0)
      ? []
      : [`${rate.put.toLocaleString('en')}/s in`, `${rate.taken.toLocaleString('en')}/s out`]),
  ];
  return parts.join(' · ');
}
