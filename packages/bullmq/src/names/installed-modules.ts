import { clock } from '@multiprocess/shared-memory';
import { findModule } from './find-module.js';
import type { Found } from './find-module.js';
import { parseName } from './function-name.js';
import type { FunctionName } from './function-name.js';

/** How long what was found is believed: to look takes a dozen system calls, and packages are seldom installed. */
const BELIEVED_MS = 1000;
/** The most names that are remembered; they come from jobs, so there may be any number. */
const MAX_NAMES = 1000;

interface Entry {
  readonly name: FunctionName;
  readonly found: Found;
  readonly at: number;
}

/** The modules of functions, as a program in a folder would import them. */
export class InstalledModules {
  readonly #from: string;
  readonly #entries = new Map<string, Entry>();

  constructor(from: string) {
    this.#from = from;
  }

  /** @throws {@link TypeError} if it is not the name of a function. */
  find(text: string): { readonly name: FunctionName; readonly found: Found } {
    const known = this.#entries.get(text);
    if (known !== undefined && clock.now() - known.at < BELIEVED_MS) return known;
    const name = parseName(text);
    const entry = { name, found: findModule(name, this.#from), at: clock.now() };
    if (this.#entries.size >= MAX_NAMES) this.#entries.clear();
    if ('module' in entry.found) this.#entries.set(text, entry);
    return entry;
  }
}
