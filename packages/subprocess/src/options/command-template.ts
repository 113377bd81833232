import { argumentError, UnsupportedPlatformError } from '@multiprocess/shared-memory';
import { shellQuote } from './shell-quote.js';

/** What stands in a template: one word, or each element one word. */
export type CommandValue = string | number | readonly (string | number)[];

/** What a shell would not take as it is; here there is none. */
const FOR_SHELLS = /[|&;<>()`$*?[\]{}~#!]/;

/**
 * A command as an array of words, for `run`, `Popen` and the like, without a shell.
 *
 * The text is split at white space; quotes and backslashes are those of a shell. A value is always one word, or part of the word
 * that it touches, whatever is in it; an array is as many words as it has elements. What a shell would act on (`|`, `*`, `$`,
 * …) must be quoted.
 *
 * @example
 * ```ts source="../run.examples.ts#command"
 * await run(command`git commit -m ${message} -- ${files}`, { check: true }); // whatever is in them
 * ```
 * @throws {@link TypeError} if a value is no string, number or array of these; or the text needs a shell, or a quote is not closed.
 */
export function command(text: TemplateStringsArray, ...values: readonly CommandValue[]): readonly string[] {
  const words = new Words();
  partsOf(text, 'command').forEach((part, i) => {
    words.addText(part);
    if (i < values.length) words.addValues(wordsOf(values[i]!, i));
  });
  return words.end();
}

/**
 * A line for a POSIX shell, in which every value is quoted. A value is one word whatever is in it; an array is as many words as it
 * has elements. Do not put quotes around it.
 *
 * @example
 * ```ts source="../run.examples.ts#shellCommand"
 * const counted = await run(shellCommand`ls ${folder} | wc -l`, { shell: true, captureOutput: true, encoding: 'utf8' });
 * console.log(`${counted.stdout.trim()} entries, whatever the folder is called`);
 * ```
 * @throws {@link TypeError} if a value is no string, number or array of these.
 * @throws {@link UnsupportedPlatformError} on Windows, whose shell cannot be quoted for: use {@link command}.
 */
export function shellCommand(text: TemplateStringsArray, ...values: readonly CommandValue[]): string {
  if (process.platform === 'win32')
    throw new UnsupportedPlatformError(
      'There is no safe quoting for the shell of Windows: use command`…`, without a shell',
    );
  return partsOf(text, 'shellCommand')
    .map((part, i) => part + (i < values.length ? wordsOf(values[i]!, i).map(shellQuote).join(' ') : ''))
    .join('');
}

/** The pieces between the values, with their backslashes. */
function partsOf(text: unknown, tag: string): readonly string[] {
  const isTemplate = typeof text === 'object' && text !== null && 'raw' in text && Array.isArray(text.raw);
  if (isTemplate) return (text as TemplateStringsArray).raw;
  throw argumentError('text', `a template, as in ${tag}\`ls \${folder}\``, text);
}

function wordsOf(value: CommandValue, index: number): readonly string[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.map((one) => {
    if (typeof one === 'string' || typeof one === 'number') return String(one);
    throw argumentError(`Value ${index + 1} of a command`, 'a string, a number or an array of these', one);
  });
}

/** Splits text into words as a shell does, with values among it. */
class Words {
  readonly #words: string[] = [];
  /** The word that has begun; undefined between words. */
  #word: string | undefined;
  #quote: '"' | "'" | undefined;

  addText(text: string): void {
    for (let i = 0; i < text.length; i++) {
      const character = text[i]!;
      if (character === this.#quote) this.#quote = undefined;
      else if (character === '\\' && this.#quote !== "'" && i + 1 < text.length) this.#add(text[++i]!);
      else if (this.#quote !== undefined) this.#add(character);
      else if (character === '"' || character === "'") this.#open(character);
      else if (/\s/.test(character)) this.#close();
      else if (FOR_SHELLS.test(character)) throw needsShell(character);
      else this.#add(character);
    }
  }

  /** The first joins the word that has begun, and the last goes on with what follows. */
  addValues(values: readonly string[]): void {
    if (this.#quote !== undefined)
      throw new TypeError('A value of a command is one word by itself: leave out the quotes around it');
    values.forEach((value, i) => {
      if (i > 0) this.#close();
      this.#add(value);
    });
  }

  end(): readonly string[] {
    if (this.#quote !== undefined) throw new TypeError(`A command has a quote that is not closed: ${this.#quote}`);
    this.#close();
    return this.#words;
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  /** Quotes with nothing between them are an empty word. */
  #open(quote: '"' | "'"): void {
    this.#quote = quote;
    this.#add('');
  }

  #close(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }
}

function needsShell(character: string): TypeError {
  return new TypeError(
    `${character} means something to a shell, and command\`…\` has none: put it in quotes, connect programs by pipe(), or use shellCommand\`…\` with { shell: true }`,
  );
}
