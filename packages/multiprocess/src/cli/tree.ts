import { inspectObjects, processStat } from '@multiprocess/shared-memory';
import type { InspectedThread } from '@multiprocess/shared-memory';
import { commandLine, isStopped } from '../inspect/command-line.js';
import type { Command } from './command.js';
import { waitsOf } from '../inspect/explain-waits.js';
import { terminalWidth } from './terminal-width.js';

/** A process that uses the toolkit, or one between two of them. */
interface Node {
  readonly pid: number;
  readonly threads: InspectedThread[];
  readonly children: Node[];
}

/** Shows the processes as a tree: what each is, holds and waits for. */
export const tree: Command = {
  synopsis: 'tree [--json]',
  summary: 'the processes that use this toolkit as a tree, with what each of them holds and waits for',
  options: { json: { type: 'boolean' } },
  run({ json }) {
    const { threads, objects } = inspectObjects();
    const held = (pid: number): string[] =>
      objects
        .filter(({ holders }) => holders.some((one) => one.pid === pid))
        .map(({ kind, name }) => `${kind} ${name}`);
    const roots = treeOf(threads);
    const text =
      json === true ? JSON.stringify(roots.map((root) => plain(root, held))) : linesOf(roots, held).join('\n');
    process.stdout.write(`${text === '' ? 'No process uses this toolkit here.' : text}\n`);
    return 0;
  },
};

/** The processes of these threads, each below its nearest ancestor that is one of them. */
function treeOf(threads: readonly InspectedThread[]): Node[] {
  const nodes = new Map<number, Node>();
  for (const thread of threads) {
    const { pid } = thread;
    const node = nodes.get(pid) ?? { pid, threads: [], children: [] };
    node.threads.push(thread);
    nodes.set(pid, node);
  }
  const roots: Node[] = [];
  for (const node of [...nodes.values()].sort((one, other) => one.pid - other.pid)) {
    const above = ancestorAmong(node.pid, nodes);
    (above?.children ?? roots).push(node);
  }
  return roots;
}

function ancestorAmong(pid: number, nodes: ReadonlyMap<number, Node>): Node | undefined {
  const seen = new Set([pid]); // numbers of processes are used again, and processes end while this looks
  for (
    let parent = processStat(pid)?.parent;
    parent !== undefined && parent > 0;
    parent = processStat(parent)?.parent
  ) {
    const node = nodes.get(parent);
    if (node !== undefined || seen.has(parent)) return seen.has(parent) ? undefined : node;
    seen.add(parent);
  }
  return undefined;
}

type Held = (pid: number) => readonly string[];

function linesOf(roots: readonly Node[], held: Held): string[] {
  const lines: string[] = [];
  const width = terminalWidth();
  const add = (line: string): void => {
    lines.push(line.length > width ? `${line.slice(0, width - 1)}…` : line);
  };
  const tell = (node: Node, first: string, rest: string): void => {
    add(`${first}${node.pid} ${commandLine(node.pid)}`.trimEnd());
    const below = node.children.length > 0 ? `${rest}│   ` : `${rest}    `;
    for (const fact of factsOf(node, held)) add(`${below}${fact}`);
    node.children.forEach((child, i) => {
      const isLast = i === node.children.length - 1;
      tell(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`);
    });
  };
  for (const root of roots) tell(root, '', '');
  return lines;
}

function factsOf({ pid, threads }: Node, held: Held): string[] {
  const waits = threads.flatMap((thread) =>
    waitsOf(thread).map(({ object }) => {
      const how = thread.blockedOn?.object === object ? 'is blocked on' : 'awaits';
      const which = thread.threadId === 0 ? '' : `thread ${thread.threadId} `;
      return `${which}${how} ${object === undefined ? 'an object that has lost its name' : `${object.kind} ${object.name}`}`;
    }),
  );
  const all = [...(isStopped(pid) ? ['is stopped'] : []), ...held(pid).map((one) => `holds ${one}`), ...waits];
  return [...new Set(all)].map((fact) => fact.replaceAll(/\p{Cc}/gu, '?'));
}

function plain(node: Node, held: Held): object {
  return {
    pid: node.pid,
    command: commandLine(node.pid),
    threads: node.threads.map(({ threadId }) => threadId),
    facts: factsOf(node, held),
    children: node.children.map((child) => plain(child, held)),
  };
}
