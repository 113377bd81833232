import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A contender's program, or its second process. It answers requests, one at a time, in lines of JSON (see serve.mjs and
 * python/serve.py), and ends with its standard input, so with the process that started it.
 */
export class Program {
  #child;
  #name;
  #ended;
  #over = false;
  /** @type {{ started: () => void, done: (value: unknown) => void, failed: (error: Error) => void } | undefined} */
  #asked;

  /**
   * @param {string} file a .mjs or .py file
   * @param {readonly string[]} args
   * @param {object} options
   * @param {readonly string[]} [options.launcher] a command that runs another one, the program
   * @param {Readonly<Record<string, string>> | undefined} [options.env] beside that of this process
   */
  constructor(file, args, { launcher = [], env } = {}) {
    this.#name = [file.replace(/^.*\//, ''), ...args.filter((arg) => arg.length < 20)].join(' ');
    const [command = '', ...rest] = [...launcher, file.endsWith('.py') ? 'python3' : process.execPath, file, ...args];
    this.#child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } });
    this.#child.stdin.on('error', () => undefined); // it ended before it read all: its end says more
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#heard(line));
    /** @type {Promise<void>} */
    this.#ended = new Promise((/** @type {(nothing: void) => void} */ resolve) => {
      /** @param {Error} error */
      const end = (error) => {
        this.#over = true;
        this.#asked?.failed(error);
        resolve();
      };
      this.#child.once('error', end);
      this.#child.once('close', (code, signal) => end(new Error(`${this.#name} ended with ${signal ?? code}`)));
    });
  }

  /**
   * Asks for something that says when it starts waiting.
   *
   * @param {object} request
   * @returns {Promise<{ done: Promise<unknown> }>} resolves when the other side says so
   */
  begin(request) {
    if (this.#asked !== undefined) throw new Error(`${this.#name} has not answered yet`);
    if (this.#over) throw new Error(`${this.#name} has ended`);
    return new Promise((resolve, reject) => {
      /** @type {Promise<unknown>} */
      const done = new Promise((answer, failed) => {
        this.#asked = {
          started: () => resolve({ done }),
          done: answer,
          failed: (error) => {
            reject(error);
            failed(error);
          },
        };
      });
      done.catch(() => undefined); // rejects for those that await it, and is no unhandled rejection otherwise
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /**
   * @param {object} request
   * @returns {Promise<unknown>} the answer
   */
  async ask(request) {
    return (await this.begin(request)).done;
  }

  /** @returns {number} its process id */
  get pid() {
    if (this.#child.pid === undefined) throw new Error(`${this.#name} could not be started`);
    return this.#child.pid;
  }

  /** Ends it with SIGKILL, at once. */
  kill() {
    this.#child.kill('SIGKILL');
  }

  /** Lets it end by itself, and waits for that. */
  async stop() {
    this.#child.stdin.end();
    await this.#ended;
  }

  /** @param {string} line */
  #heard(line) {
    const { event, value, message } = JSON.parse(line);
    const asked = this.#asked;
    if (event === 'started') return asked?.started();
    this.#asked = undefined;
    asked?.started();
    if (event === 'done') asked?.done(value);
    else asked?.failed(new Error(`${this.#name}: ${message}`));
  }
}
