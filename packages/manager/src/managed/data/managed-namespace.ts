import { Container } from '../container.js';
import { letGo } from '../let-go.js';

/** Names with values. */
export class ManagedNamespace extends Container {
  readonly proxy = 'NamespaceProxy';
  readonly #values = new Map<string, unknown>();

  constructor(initial: unknown = {}) {
    super();
    for (const [name, value] of Object.entries(initial as object)) this.#values.set(name, value);
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    const before = this.#values.get(name);
    this.#values.set(name, value);
    letGo(before, value);
  }

  delete(name: string): boolean {
    letGo(this.#values.get(name));
    return this.#values.delete(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  names(): string[] {
    return [...this.#values.keys()];
  }

  snapshot(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }
}
