import { createHash } from 'node:crypto';
import { ARGUMENTS, PRELUDE } from './prelude.js';

/** Functions in Lua that several scripts use, and what they use themselves. */
export interface Part {
  readonly source: string;
  readonly needs?: readonly Part[];
}

/** What a script is made of. */
export interface ScriptPlan {
  readonly name: string;
  readonly parts?: readonly Part[];
  /**
   * The most usual case, before anything is defined, since that costs more than the case itself. It uses the arguments only, and returns
   * nothing if it is another case, in which it must not have changed anything. Default: none.
   */
  readonly quick?: string;
  /** Returns a string: `+…` done, `-…` not possible now, `?` registered as a wait, `!…` refused. */
  readonly body: string;
  /** Whether it stores what the caller brings. Then a server without memory refuses it before it begins. */
  readonly stores?: boolean;
  /** false: it may be done twice without harm. Default: true. */
  readonly changes?: boolean;
  /** false: its reply can be told again without having been kept. Default: as `changes`. */
  readonly keeps?: boolean;
  /** true: it only takes; what it took goes back when the session dies, so another session may do it again. Default: false. */
  readonly takes?: boolean;
  /** true: the session need not be alive. Default: false. */
  readonly unregistered?: boolean;
}

/** A script as the server gets it. */
export interface Compiled {
  readonly source: string;
  readonly sha: string;
}

/** One step in the server. */
export class Script {
  readonly name: string;
  readonly changes: boolean;
  /** Whether the server keeps its reply until it is acknowledged. */
  readonly keeps: boolean;
  /** Whether it may be done again in another session, though it may have been done in a former one. */
  readonly isRepeatable: boolean;
  readonly #plan: ScriptPlan;
  readonly #compiled = new Map<string, Compiled>();

  constructor(plan: ScriptPlan) {
    this.name = plan.name;
    this.changes = plan.changes ?? true;
    this.keeps = plan.keeps ?? this.changes;
    this.isRepeatable = !this.changes || plan.takes === true;
    this.#plan = plan;
  }

  /** The source for keys with that prefix. */
  compile(prefix: string): Compiled {
    const known = this.#compiled.get(prefix);
    if (known !== undefined) return known;
    const { parts = [], quick = '', body, stores = false, unregistered = false } = this.#plan;
    const program = `local function body()\n${body}\nend\n${unregistered ? 'return body()' : 'return run(body)'}`;
    const functions = [PRELUDE, ...[...withNeeds(parts)].map((part) => part.source)];
    const source = [
      stores ? '#!lua' : '#!lua flags=allow-oom',
      `local P = '${prefix}'`,
      ARGUMENTS,
      quick,
      ...needed(functions, program),
    ].join('\n');
    const compiled = { source, sha: createHash('sha1').update(source).digest('hex') };
    this.#compiled.set(prefix, compiled);
    return compiled;
  }
}

/** Each part once, behind those that it needs. */
function withNeeds(parts: readonly Part[], found = new Set<Part>()): Set<Part> {
  for (const part of parts) {
    withNeeds(part.needs ?? [], found);
    found.add(part);
  }
  return found;
}

/**
 * The program, and of the definitions only those that it needs, in their order: each that is defined costs every call of the script.
 */
function needed(sources: readonly string[], program: string): string[] {
  const kept = [program];
  for (const definition of sources.flatMap((source) => source.trim().split(/\n(?=local )/)).reverse()) {
    const [, names = ''] = /^local (?:function )?(\w+(?:, \w+)*)/.exec(definition) ?? [];
    const isUsed = (name: string): boolean => kept.some((text) => new RegExp(`\\b${name}\\b`).test(text));
    if (names.split(', ').some(isUsed)) kept.unshift(definition);
  }
  return kept;
}
