import { expectTypeOf } from 'vitest';
import { Daemon, Pipe, Pool, Process, run, runSync, task } from 'multiprocess';
import type { Connection, Manager } from 'multiprocess';

declare function add(a: number, b: number): number;
declare function greet(name?: string): string;
declare function nothing(): void;
declare const manager: Manager;
declare class Bank {
  constructor(owner: string, balance: number);
  balance(): number;
}

// What a function needs is given, or it does not compile.
new Process({ target: add, args: [1, 2] });
new Process({ target: greet });
new Process({ target: greet, args: ['Bob'] });
new Process({ target: nothing });
new Process({ name: 'idle' });
new Process();
// @ts-expect-error add needs two arguments
new Process({ target: add });
// @ts-expect-error of numbers
new Process({ target: add, args: ['1', '2'] });

new Daemon({ target: nothing, pidFile: '/run/x.pid' });
new Daemon({ target: add, args: [1, 2], pidFile: '/run/x.pid' });
// @ts-expect-error add needs two arguments
new Daemon({ target: add, pidFile: '/run/x.pid' });

const pool = new Pool({ initializer: (a: number) => a, initargs: [1] });
new Pool({ initializer: nothing });
new Pool({ processes: 2 });
// @ts-expect-error the initializer takes a number
new Pool({ initializer: (a: number) => a, initargs: ['x'] });
// @ts-expect-error the initializer needs an argument
new Pool({ initializer: (a: number) => a });
expectTypeOf(new Pool()).toExtend<Pool>();
expectTypeOf(pool).toExtend<Pool>();

expectTypeOf(pool.apply(add, [1, 2])).resolves.toBeNumber();
expectTypeOf(pool.apply(nothing, undefined, { timeout: 5 })).resolves.toBeVoid();
expectTypeOf(pool.apply(greet)).resolves.toBeString();

// Arguments may be read-only: nothing changes them.
declare const pair: readonly [number, number];
new Process({ target: add, args: pair });
new Daemon({ target: add, args: pair, pidFile: '/run/x.pid' });
expectTypeOf(pool.apply(add, pair)).resolves.toBeNumber();
expectTypeOf(pool.applySync(add, pair)).toBeNumber();
expectTypeOf(pool.applyAsync(add, pair).get()).resolves.toBeNumber();
expectTypeOf(pool.starmap(add, [pair])).resolves.toEqualTypeOf<number[]>();
// @ts-expect-error of numbers
void pool.apply(add, ['1', 2] as const);

expectTypeOf(pool.apply((n) => n * 2, [4])).resolves.toBeNumber();
expectTypeOf(pool.applySync(add, [1, 2])).toBeNumber();
expectTypeOf(pool.applyAsync(nothing).get()).resolves.toBeVoid();
// @ts-expect-error add needs two arguments
void pool.apply(add);
// @ts-expect-error add needs two arguments
pool.applySync(add);
// @ts-expect-error add needs two arguments
pool.applyAsync(add);
// @ts-expect-error of numbers
void pool.apply(add, [1, '2']);

// A manager's object: by the class, its arguments are checked; by what the class makes, its methods are.
expectTypeOf(manager.create<typeof Bank>('Bank', 'ann', 5).balance()).resolves.toBeNumber();
expectTypeOf(manager.create<Bank>('Bank', 'ann').balanceSync()).toBeNumber();
// @ts-expect-error a balance is missing
manager.create<typeof Bank>('Bank', 'ann');
// @ts-expect-error the balance is a number
manager.create<typeof Bank>('Bank', 'ann', 'five');
manager.pool({ initializer: (a: number) => a, initargs: [1] });
// @ts-expect-error the initializer takes a number
manager.pool({ initializer: (a: number) => a, initargs: ['x'] });

// Output that was collected is there.
expectTypeOf((await run(['ls'], { captureOutput: true, encoding: 'utf8' })).stdout).toBeString();
expectTypeOf((await run(['ls'], { captureOutput: true })).stdout).toEqualTypeOf<Buffer>();
expectTypeOf((await run(['ls'], { encoding: 'utf8' })).stdout).toEqualTypeOf<string | null>();
expectTypeOf(runSync(['ls'], { captureOutput: true, encoding: 'utf8' }).stderr).toBeString();

// The two ends of a pipe say what goes which way.
const [asks, answers] = Pipe.duplex<string, number>();
expectTypeOf(asks.recv()).resolves.toBeNumber();
expectTypeOf(answers.recvSync()).toBeString();
void asks.send('how many?');
// @ts-expect-error it sends strings
void asks.send(5);
expectTypeOf(Pipe.duplex()[0].recv()).resolves.toBeUnknown();
expectTypeOf(asks).toExtend<Connection<string, number>>();
const [receiver, sender] = Pipe.simplex<Date>();
expectTypeOf(receiver.recv()).resolves.toEqualTypeOf<Date>();
void sender.send(new Date());
// @ts-expect-error it does not send
void receiver.send(new Date());

// A task is the function that it was made of, with a name of its own or a given one.
expectTypeOf(task(import.meta, add)).toEqualTypeOf<typeof add>();
expectTypeOf(task(import.meta, 'add', add)).toEqualTypeOf<typeof add>();
// @ts-expect-error a name without a function
task(import.meta, 'add');
