import { describe, expect, test } from 'vitest';
import { CalledProcessError, command, run, runSync, shellCommand, TimeoutExpired } from '@multiprocess/subprocess';

const hostile = [
  'plain',
  'two words',
  '',
  "it's",
  '"quoted"',
  '$HOME',
  '`id`',
  '$(id)',
  'a;b|c&d',
  '*',
  '\\',
  '-rf',
  'new\nline',
  'tab\t',
  '~',
  'ü€😀',
  '!x',
];
const text = { captureOutput: true, encoding: 'utf8', check: true } as const;

describe('command`…`', () => {
  test('splits its text at white space, and keeps values whole', () => {
    const [message, file, flags] = ['first; second', 'my file.txt', ['-a', '-b c']];
    expect(command`git commit -m ${message} -- ${file}`).toEqual(['git', 'commit', '-m', message, '--', file]);
    expect(command`  ls   ${flags}
      ${file} `).toEqual(['ls', '-a', '-b c', file]);
    expect(command`node --port=${8080} ${''} ${[]}`).toEqual(['node', '--port=8080', '']);
    expect(command`a${['b', 'c']}d`).toEqual(['ab', 'cd']);
    expect(command``).toEqual([]);
  });

  test('understands the quotes and backslashes of a shell', () => {
    expect(command`echo 'a b' "c 'd'" e\ f '' x'y'z "\"" '\' '|*$'`).toEqual([
      'echo',
      'a b',
      "c 'd'",
      'e f',
      '',
      'xyz',
      '"',
      '\\',
      '|*$',
    ]);
  });

  test.each([
    'ls | wc',
    'a && b',
    'a; b',
    'a > b',
    'a < b',
    'echo $HOME',
    'echo `id`',
    'ls *',
    'ls ~',
    'a{b,c}',
    'x # y',
    'a (b)',
  ])('refuses what only a shell understands: %s', (line) => {
    const strings = Object.assign([line], { raw: [line] });
    expect(() => command(strings)).toThrow(/means something to a shell, and command`…` has none/);
  });

  test('refuses quotes that are not closed, quotes around values, and values that are no words', () => {
    expect(() => command`echo "a`).toThrow('A command has a quote that is not closed: "');
    expect(() => command`echo "${'a'}"`).toThrow(/leave out the quotes around it/);
    for (const value of [undefined, null, true, {}, new Date(), Symbol('x'), [['a']], 1n]) {
      expect(() => command`echo ${value as never}`).toThrow(
        /Value 1 of a command must be a string, a number or an array/,
      );
    }
  });

  test.each(hostile)('a value arrives as it is: %j', async (value) => {
    const { stdout } = await run(command`printf %s ${value}`, text);
    expect(stdout).toBe(value);
  });
});

describe('shellCommand`…`', () => {
  test('leaves its text to the shell, and quotes values', async () => {
    const folder = '/usr; echo bad';
    expect(shellCommand`ls ${folder} | wc -l`).toBe("ls '/usr; echo bad' | wc -l");
    expect(shellCommand`x ${['a b', 'c', 5]} "\n"`).toBe(`x 'a b' c 5 "\\n"`);
    const { stdout } = await run(shellCommand`printf '%s\n' ${['b', 'a']} | sort`, { ...text, shell: true });
    expect(stdout).toBe('a\nb\n');
  });

  test.each(hostile)('a value arrives as it is: %j', (value) => {
    expect(runSync(shellCommand`printf %s ${value}`, { ...text, shell: true }).stdout).toBe(value);
  });

  test('refuses values that are no words', () => {
    expect(() => shellCommand`echo ${{} as never}`).toThrow(/Value 1 of a command must be/);
  });
});

describe('a command in a message', () => {
  const messageOf = async (args: string | readonly string[], shell = false): Promise<string> => {
    const error: unknown = await run(args, { check: true, shell, captureOutput: true }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(CalledProcessError);
    return (error as Error).message;
  };

  test('is quoted as a shell would have it', async () => {
    expect(await messageOf(['sh', '-c', 'exit 3', "it's", 'a=b', ''])).toBe(
      "`sh -c 'exit 3' 'it'\\''s' a=b ''` returned 3",
    );
    expect(await messageOf('exit 4', true)).toBe('`exit 4` returned 4');
  });

  test('is one line', async () => {
    expect(await messageOf(['sh', '-c', 'exit 3', 'a\nb\u001b\\'])).toBe(
      "`sh -c 'exit 3' $'a\\nb\\u001b\\\\'` returned 3",
    );
    expect(await messageOf('true\nexit 4', true)).toBe('`true\\nexit 4` returned 4');
  });

  test('is cut where it is long', async () => {
    const message = await messageOf(['sh', '-c', 'exit 3', 'x'.repeat(10_000)]);
    expect(message).toMatch(/^`sh -c 'exit 3' x+…` returned 3$/);
    expect(message.length).toBeLessThan(600);
  });

  test('is there for time-outs, too', async () => {
    await expect(run(['sleep', '100 s'.slice(0, 3)], { timeout: 10 })).rejects.toThrow(
      '`sleep 100` was not done within 10 ms',
    );
    expect(() => runSync(['sleep', '100'], { timeout: 10 })).toThrow(TimeoutExpired);
  });
});
