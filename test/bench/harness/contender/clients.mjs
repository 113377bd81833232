import { Program } from '../program.mjs';

/** Programs that make the same calls at the same time, started when they are first needed. */
export class Clients {
  #file;
  #args;
  /** @type {Program[]} */
  #programs = [];

  /** @param {string} file @param {readonly string[]} args */
  constructor(file, args) {
    this.#file = file;
    this.#args = args;
  }

  /**
   * Asks so many of them, and puts their samples together.
   *
   * @param {number} count
   * @param {object} request
   * @returns {Promise<number[]>}
   */
  async samples(count, request) {
    while (this.#programs.length < count) this.#programs.push(new Program(this.#file, this.#args));
    const replies = await Promise.all(this.#programs.slice(0, count).map((program) => program.ask(request)));
    return replies.flatMap((reply) => /** @type {{ samples: number[] }} */ (reply).samples);
  }
}
