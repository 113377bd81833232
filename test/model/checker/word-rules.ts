import type { WordOperation } from './simulated/memory.js';
import type { Model } from './model.js';
import type { Operation } from './operation.js';

/** Which operations of a model are steps of their own. */
export class WordRules {
  readonly #constant: ReadonlySet<number>;
  readonly #racy: ReadonlySet<number>;
  readonly #anybodyDies: boolean;

  constructor({ constant, kills = 0, racy }: Model) {
    this.#constant = new Set(constant);
    this.#racy = new Set(racy);
    this.#anybodyDies = kills > 0;
  }

  /** Whether no thread could tell when it was done. */
  isSilent(operation: Operation): operation is WordOperation | (Operation & { kind: 'isDead' }) {
    if (operation.kind === 'note') return true;
    if (operation.kind === 'isDead') return !this.#anybodyDies;
    return (operation.kind === 'load' || operation.kind === 'read') && this.#constant.has(operation.index);
  }

  /** Whether it is done in one step with those like it that follow: who else is at that word is a race, and is found. */
  isPlain(operation: Operation): operation is Operation & { kind: 'read' | 'write' } {
    if (operation.kind !== 'read' && operation.kind !== 'write') return false;
    return !this.#racy.has(operation.index) && !this.isSilent(operation);
  }

  checkChange(index: number): void {
    if (this.#constant.has(index)) throw new Error(`Word ${index} is said to be constant, and is changed`);
  }
}
