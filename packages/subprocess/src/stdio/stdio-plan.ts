import { Readable, Writable } from 'node:stream';
import { argumentError } from '@multiprocess/shared-memory';
import { support } from '../platform/chosen-support.js';
import type { PipeEnd, ProgramPipe, Support } from '../platform/support.js';
import type { InputTarget, OutputTarget, PopenOptions } from '../options/popen-options.js';
import { DEVNULL, PIPE, STDOUT } from '../options/stdio-constants.js';

type ChildSide = 'inherit' | 'ignore' | 'pipe' | number;

/** Which of Node's streams of a program belong to which pipe. */
interface Connection {
  readonly pipe: ProgramPipe;
  readonly places: number[];
}

/** The standard streams of a program that is about to be started. */
export class StdioPlan {
  readonly childSides: ChildSide[] = [];
  stdin: PipeEnd | undefined;
  stdout: PipeEnd | undefined;
  stderr: PipeEnd | undefined;
  /** Functions that connect pipes with the streams that the caller has given. */
  readonly forwards: (() => void)[] = [];
  /** Whether a shell is to make the program's standard error the same as its standard output. */
  readonly mergedByShell: boolean = false;
  readonly #support: Support = support();
  readonly #connections: Connection[] = [];

  /** @throws {@link TypeError} or {@link Error} if an option is wrong, or there are no descriptors left. Nothing is left open. */
  constructor(options: PopenOptions<string | undefined>) {
    try {
      this.childSides.push(this.#input(options.stdin));
      this.childSides.push(this.#output('stdout', options.stdout));
      if (options.stderr !== STDOUT) this.childSides.push(this.#output('stderr', options.stderr));
      else this.mergedByShell = this.#merge() === 'by a shell';
      for (const fd of options.passFds ?? []) this.#pass(fd);
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  /** Gives up the program's ends of the pipes, and takes the streams that Node has made with it: none if it had no descriptors. */
  handOver(made: readonly unknown[] = []): void {
    for (const { pipe, places } of this.#connections) {
      pipe.handedOver(places.map((place) => made[place]).filter((stream) => stream !== undefined && stream !== null));
    }
  }

  /** Closes this process's ends, but those that are connected with a stream of the caller: these go on. */
  close(): void {
    for (const end of [this.stdin, this.stdout, this.stderr]) end?.close();
  }

  /** Closes everything: the program could not be started. */
  abandon(): void {
    this.handOver();
    for (const { pipe } of this.#connections) pipe.end.close();
  }

  #input(target: InputTarget): ChildSide {
    const known = sideOf('stdin', target);
    if (known !== undefined) return known;
    if (target !== PIPE && !(target instanceof Readable)) throw wrongTarget('stdin', target);
    const pipe = this.#connect('writable');
    if (target === PIPE) this.stdin = pipe.end;
    else {
      this.forwards.push(() => {
        feed(target, pipe.end.stream);
      });
    }
    return pipe.childSide;
  }

  #output(name: 'stdout' | 'stderr', target: OutputTarget): ChildSide {
    const known = sideOf(name, target);
    if (known !== undefined) return known;
    if (target !== PIPE && !(target instanceof Writable)) throw wrongTarget(name, target);
    const pipe = this.#connect('readable');
    if (target === PIPE) this[name] = pipe.end;
    else {
      this.forwards.push(() => {
        drain(pipe.end.stream, target);
      });
    }
    return pipe.childSide;
  }

  #connect(side: 'readable' | 'writable'): ProgramPipe {
    const pipe = this.#support.pipe(side);
    this.#connections.push({ pipe, places: [this.childSides.length] });
    return pipe;
  }

  /** Gives the program's standard error the place of its standard output. */
  #merge(): 'by a shell' | 'here' {
    const stdout = this.childSides[1] ?? 'inherit';
    if (stdout !== 'pipe') {
      this.childSides.push(stdout === 'inherit' ? 1 : stdout);
      return 'here';
    }
    if (process.platform !== 'win32') {
      this.childSides.push('inherit');
      return 'by a shell';
    }
    this.#connections.at(-1)?.places.push(2);
    this.childSides.push('pipe');
    return 'here';
  }

  #pass(fd: number): void {
    while (this.childSides.length <= fd) this.childSides.push('ignore');
    this.childSides[fd] = fd;
  }
}

/** Copies a stream into a program. If the stream breaks off, the program's input ends, so that it does not wait for ever. */
function feed(source: Readable, to: Writable): void {
  // It is not an error of the source if the program ends before it has read everything.
  to.on('error', () => source.unpipe(to));
  source.pipe(to);
  if (source.destroyed) to.end();
  else source.once('close', () => to.end());
  to.once('close', () => source.unpipe(to));
}

/**
 * Copies the output of a program into a stream. If the stream has ended or failed, the pipe is closed, so that the program gets
 * an error instead of waiting for a reader for ever.
 */
function drain(from: Readable, target: Writable): void {
  if (target.destroyed || target.writableEnded) {
    from.destroy();
    return;
  }
  target.on('unpipe', function onUnpipe(source: Readable) {
    if (source !== from) return;
    target.off('unpipe', onUnpipe);
    from.destroy();
  });
  from.pipe(target, { end: false });
}

/** The child's side if no pipe is needed; otherwise undefined. */
function sideOf(name: string, target: InputTarget | OutputTarget): ChildSide | undefined {
  if (target === undefined) return 'inherit';
  if (target === DEVNULL) return 'ignore';
  if (target === PIPE) return undefined;
  if (typeof target === 'number') {
    if (Number.isInteger(target) && target >= 0) return target;
    throw wrongTarget(name, target);
  }
  if (typeof target !== 'object' || (target as unknown) === null) throw wrongTarget(name, target);
  const { fd } = target as { readonly fd?: unknown };
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

function wrongTarget(name: string, target: unknown): Error {
  const stdout = name === 'stderr' ? ', STDOUT' : '';
  return argumentError(name, `PIPE, DEVNULL${stdout}, a descriptor, an open file or a stream`, target);
}
