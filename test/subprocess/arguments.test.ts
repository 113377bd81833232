import { afterAll } from 'vitest';
import * as subprocess from '@multiprocess/subprocess';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';

const child = new subprocess.Popen(['sleep', '1000'], { stdout: subprocess.PIPE });
const piped = subprocess.popen('cat', 'w');

afterAll(async () => {
  child.kill();
  await child.wait();
  child.close();
  await piped.close();
});

/** The stack of an error is to show this file as the caller. */
const from =
  (call: (...args: never[]) => unknown) =>
  (...args: never[]): unknown =>
    call(...args);

const NOT_WHOLE = [-1, 1.5, NaN];
// The streams are looked at ten calls below getoutput(), and Node shows ten.
Error.stackTraceLimit = 20;

/** PIPE, DEVNULL and STDOUT are numbers, too: a wrong one is told by a TypeError. */
const ANY_NUMBER: readonly number[] = [];

const program = (call: CallUnderTest['call'], command: unknown = ['true']): CallUnderTest => ({
  call: from(call),
  args: [command, {}],
  wrongSizes: {
    'options.stdin': ANY_NUMBER,
    'options.stdout': ANY_NUMBER,
    'options.stderr': ANY_NUMBER,
    'options.maxBuffer': [-1, NaN],
    'options.killAfter': [-1, NaN],
    'options.user': NOT_WHOLE,
    'options.group': NOT_WHOLE,
  },
  alsoTakes: { options: ['record'] },
});

const wait = (call: CallUnderTest['call']): CallUnderTest => ({
  call,
  args: [{}],
  alsoTakes: { options: ['record'] },
});

/** Of a program that is not there: if an argument passed, this process would still be this one. */
const exec = (call: CallUnderTest['call'], ...others: readonly unknown[]): CallUnderTest => ({
  call: from(call),
  args: ['/nowhere/program', ...others],
});

testWrongArguments('subprocess', {
  Popen: program((command: string, options: object) => new subprocess.Popen(command, options)),
  run: program(subprocess.run),
  call: program(subprocess.call),
  checkCall: program(subprocess.checkCall),
  checkOutput: program(subprocess.checkOutput),
  runSync: program(subprocess.runSync),
  callSync: program(subprocess.callSync),
  checkCallSync: program(subprocess.checkCallSync),
  checkOutputSync: program(subprocess.checkOutputSync),
  getoutput: program(subprocess.getoutput, 'true'),
  getoutputSync: program(subprocess.getoutputSync, 'true'),
  getstatusoutput: program(subprocess.getstatusoutput, 'true'),
  getstatusoutputSync: program(subprocess.getstatusoutputSync, 'true'),
  system: { call: from(subprocess.system), args: ['true'] },
  systemSync: { call: from(subprocess.systemSync), args: ['true'] },
  popen: { call: from(subprocess.popen), args: ['true'] },
  'PipedCommand.write': { call: (data: string) => piped.write(data), args: [''] },
  'Popen.wait': wait((options: object) => child.wait(options)),
  'Popen.waitSync': wait((options: object) => child.waitSync(options)),
  'Popen.communicate': {
    call: (input: string, options: object) => child.communicate(input, options),
    args: [undefined, {}],
  },
  'Popen.lines': { call: (stream: 'stdout') => child.lines(stream), args: [] },
  'Popen.pipe': program((command: string, options: object) => child.pipe(command, options)),
  command: { call: from(subprocess.command), args: [Object.assign(['ls'], { raw: ['ls'] })] },
  shellCommand: { call: from(subprocess.shellCommand), args: [Object.assign(['ls'], { raw: ['ls'] })] },
  'Popen.sendSignal': {
    call: (signal: number) => child.sendSignal(signal),
    args: [0],
    wrongSizes: { signal: [...NOT_WHOLE, 65] },
  },
  execv: exec(subprocess.execv, ['program']),
  execve: exec(subprocess.execve, ['program'], {}),
  execvp: exec(subprocess.execvp, ['program']),
  execvpe: exec(subprocess.execvpe, ['program'], {}),
  execl: exec(subprocess.execl, 'program'),
  execle: exec(subprocess.execle, 'program', {}),
  execlp: exec(subprocess.execlp, 'program'),
  execlpe: exec(subprocess.execlpe, 'program', {}),
  _exit: { call: from(subprocess._exit), args: [], wrongSizes: { status: [1.5, NaN, 2 ** 40] } },
});
