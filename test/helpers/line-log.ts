interface Waiter {
  readonly pattern: RegExp | string;
  readonly resolve: (line: string) => void;
  readonly reject: (error: Error) => void;
}

/** What a child writes, line by line, and those who wait for a certain line of it. */
export class LineLog {
  readonly lines: string[] = [];
  stderr = '';
  readonly #describeEnd: () => string;
  readonly #waiters: Waiter[] = [];
  #next = 0;
  #ended = false;

  constructor(describeEnd: () => string) {
    this.#describeEnd = describeEnd;
  }

  /** The next line that matches, beginning after the last one returned. One caller is served after the other. */
  next(pattern: RegExp | string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ pattern, resolve, reject });
      this.#serve();
    });
  }

  add(line: string): void {
    this.lines.push(line);
    this.#serve();
  }

  end(): void {
    this.#ended = true;
    this.#serve();
  }

  toString(): string {
    const end = this.#ended ? this.#describeEnd() : 'it is still running';
    return [end, 'stdout:', ...this.lines.map((line) => `  ${line}`), 'stderr:', this.stderr].join('\n');
  }

  #serve(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const line = this.#find(waiter.pattern);
      if (line === undefined && !this.#ended) return;
      this.#waiters.shift();
      if (line === undefined) waiter.reject(new Error(`No line matched ${String(waiter.pattern)}: ${this.toString()}`));
      else waiter.resolve(line);
    }
  }

  #find(pattern: RegExp | string): string | undefined {
    const matches = (line: string) => (typeof pattern === 'string' ? line === pattern : line.search(pattern) >= 0);
    for (let at = this.#next; at < this.lines.length; at++) {
      const line = this.lines[at];
      if (line === undefined || !matches(line)) continue;
      this.#next = at + 1;
      return line;
    }
    return undefined;
  }
}
