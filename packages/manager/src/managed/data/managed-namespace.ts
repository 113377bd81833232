import { Container } from '../container.js';

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
    this.#values.set(name, value);
  }

  delete(name: string): boolean {
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
