import { received } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { publicArguments } from './public-arguments.js';
import type { Kind, PublicArgument } from './public-arguments.js';

/** Bun's engine leaves callers out of a stack that return what they call, as those of a table do. */
const leavesOutCallers = 'bun' in process.versions;

/** How the tests make one public call. */
export interface CallUnderTest {
  /** Makes the call, of an object that the test has. */
  readonly call: (...args: never[]) => unknown;
  /** Arguments that would be right; options last, as an object. Wrong ones take the place of each in turn. */
  readonly args: readonly unknown[];
  /** For every number that is no `timeout`: numbers of the wrong size. `[]`: any number is right. */
  readonly wrongSizes?: Readonly<Record<string, readonly number[]>>;
  /** What an argument takes besides what its declaration tells, with the reason beside it. */
  readonly alsoTakes?: Readonly<Record<string, readonly Kind[]>>;
}

/** A value of each kind; of symbols and objects without prototype, at which careless messages fail. */
const VALUES: readonly (readonly [kind: Kind, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['boolean', true],
  ['number', 5],
  ['string', '5'],
  ['bigint', 5n],
  ['symbol', Symbol('wrong')],
  ['function', function wrong() {}],
  ['array', [5]],
  ['instance', new Map()],
  ['record', Object.create(null)],
];

/**
 * Tests that every argument and every option of every public call of a package is checked: what has the wrong type is
 * refused by a `TypeError`, a number of the wrong size by a `RangeError` (a `timeout` of NaN by a `TypeError`), with the
 * value in the message and the caller's line in the stack. The declarations of the package tell what there is to visit,
 * so that a call without a row, and a row without a call, fail.
 *
 * @param calls by their names, as `Queue.put`; a class's name alone is its constructor
 * @param isPublic tells by its name whether an export is meant for users. Default: all are.
 */
export function testWrongArguments(
  packageName: string,
  calls: Readonly<Record<string, CallUnderTest>>,
  isPublic?: (name: string) => boolean,
): void {
  const found = publicArguments(packageName, isPublic);
  const names = new Set(found.map(({ call }) => call));

  test('every public call that takes arguments has its row, and every row its call', () => {
    expect(Object.keys(calls).toSorted()).toEqual([...names].toSorted());
  });

  describe.each([...names].filter((name) => name in calls))('%s()', (name) => {
    const itsArguments = found.filter(({ call }) => call === name);
    test.each(itsArguments)('refuses what $argument cannot be', async (argument) => {
      for (const { value, error } of wrongValues(argument, calls[name]!)) {
        const shown = received(value);
        const thrown = await outcomeOf(calls[name]!, argument, value).catch((reason: unknown) => reason);
        const what = `${argument.argument} = ${shown}`;
        expect.soft(thrown, what).toBeInstanceOf(error);
        if (!(thrown instanceof Error)) continue;
        expect.soft(thrown.message, what).toContain(`received ${shown}`);
        if (leavesOutCallers) continue;
        expect.soft(thrown.stack, `${what}: the line of the caller`).toContain('arguments.test.ts');
      }
    });

    // Of several options of one call, the first stands for all.
    const withOptions = itsArguments.filter(({ argument, position }) => {
      const first = itsArguments.find((other) => other.position === position && other.argument.includes('.'));
      return first?.argument === argument;
    });
    test.each(withOptions)('refuses an option that does not exist, and names the one that was meant', async (one) => {
      const [, option = ''] = one.argument.split('.');
      const thrown = await outcomeOf(
        calls[name]!,
        { ...one, argument: `options.${misspelt(option)}` },
        1,
        NO_WAIT,
      ).catch((reason: unknown) => reason);
      expect(thrown).toBeInstanceOf(TypeError);
      expect((thrown as Error).message).toBe(`There is no option "${misspelt(option)}": did you mean ${option}?`);
      if (!leavesOutCallers) expect((thrown as Error).stack).toContain('arguments.test.ts');
    });
  });
}

/** With a letter too many. */
function misspelt(option: string): string {
  return `${option}x`;
}

interface WrongValue {
  readonly value: unknown;
  readonly error: typeof TypeError | typeof RangeError;
}

function wrongValues(one: PublicArgument, { wrongSizes = {}, alsoTakes = {} }: CallUnderTest): WrongValue[] {
  const kinds = new Set([...one.kinds, ...(alsoTakes[one.argument] ?? [])]);
  if (kinds.has('record')) kinds.add('instance'); // options may come from an object of any class
  const types = VALUES.filter(([kind]) => !kinds.has(kind)).map(([, value]) => ({ value, error: TypeError }));
  if (!kinds.has('number')) return types;
  if (/\btimeout$/.test(one.argument)) return [...types, { value: NaN, error: TypeError }];
  const sizes = wrongSizes[one.argument];
  if (sizes === undefined)
    throw new Error(`${one.call}: wrongSizes does not tell which numbers ${one.argument} refuses`);
  return [...types, ...sizes.map((value) => ({ value, error: RangeError }))];
}

/** Where a call that waits has one of these, no other names are looked at. */
const NO_WAIT = { timeout: undefined, block: undefined, signal: undefined };

/** What the call comes to, thrown or rejected, with a wrong value in the place of one argument or option. */
async function outcomeOf(
  { call, args }: CallUnderTest,
  { argument, position }: Pick<PublicArgument, 'argument' | 'position'>,
  value: unknown,
  others: object = {},
): Promise<unknown> {
  const [, option] = argument.split('.');
  const given: unknown[] = [...args];
  given[position] =
    option === undefined ? value : { ...(given[position] as object | undefined), ...others, [option]: value };
  return call(...(given as never[]));
}
