import { Readable, Writable } from 'node:stream';
import { argumentError, closeDescriptor } from '@multiprocess/shared-memory';
import { PipeEnd } from './pipe-end.js';
import { makePipe } from '../platform/platform.js';
import type { InputTarget, OutputTarget, PopenOptions } from '../options/popen-options.js';
import { DEVNULL, PIPE, STDOUT } from '../options/stdio-constants.js';

type ChildSide = 'inherit' | 'ignore' | number;

/**
 * The standard streams of a program that is about to be started.
 *
 * The pipes are the kernel's own, not the socket pairs that Node makes for `'pipe'`: programs may open `/dev/stdin` and
 * `/dev/stdout`, both outputs can go into one, and Node does not discard unread output when the program ends.
 */
export class StdioPlan {
  readonly childSides: ChildSide[] = [];
  stdin: PipeEnd | undefined;
  stdout: PipeEnd | undefined;
  stderr: PipeEnd | undefined;
  /** Connect pipes to the streams that the caller has given. */
  readonly forwards: (() => void)[] = [];
  readonly #childEnds: number[] = [];

  /** @throws {TypeError | RangeError | Error} as the options are wrong, or there are no descriptors. Nothing is left open. */
  constructor(options: PopenOptions<string | undefined>) {
    try {
      this.childSides.push(this.#input(options.stdin));
      this.childSides.push(this.#output('stdout', options.stdout));
      const stderr = options.stderr === STDOUT ? this.#merged() : this.#output('stderr', options.stderr);
      this.childSides.push(stderr);
      for (const fd of options.passFds ?? []) this.#pass(fd);
    } catch (error) {
      this.closeAll();
      throw error;
    }
  }

  /** The program has its own copies of these; as long as this process has them too, a pipe would never end. */
  closeChildEnds(): void {
    for (const fd of this.#childEnds.splice(0)) closeDescriptor(fd);
  }

  closeAll(): void {
    this.closeChildEnds();
    for (const end of [this.stdin, this.stdout, this.stderr]) end?.close();
  }

  #input(target: InputTarget): ChildSide {
    const known = sideOf('stdin', target);
    if (known !== undefined) return known;
    const { readEnd, writeEnd } = makePipe();
    this.#childEnds.push(readEnd);
    const end = new PipeEnd(writeEnd, 'writable');
    if (target === PIPE) this.stdin = end;
    else {
      if (!(target instanceof Readable)) throw wrongTarget('stdin', target);
      this.forwards.push(() => {
        feed(target, end.stream);
      });
    }
    return readEnd;
  }

  #output(name: 'stdout' | 'stderr', target: OutputTarget): ChildSide {
    const known = sideOf(name, target);
    if (known !== undefined) return known;
    if (target !== PIPE && !(target instanceof Writable)) throw wrongTarget(name, target);
    const { readEnd, writeEnd } = makePipe();
    this.#childEnds.push(writeEnd);
    const end = new PipeEnd(readEnd, 'readable');
    if (target === PIPE) this[name] = end;
    else {
      this.forwards.push(() => {
        drain(end.stream, target);
      });
    }
    return writeEnd;
  }

  #merged(): ChildSide {
    const stdout = this.childSides[1] ?? 'inherit';
    return stdout === 'inherit' ? 1 : stdout;
  }

  #pass(fd: number): void {
    while (this.childSides.length <= fd) this.childSides.push('ignore');
    this.childSides[fd] = fd;
  }
}

/** Copies a stream into a program. One that breaks off ends the program's input as well: it would wait for ever. */
function feed(source: Readable, to: Writable): void {
  // A program may end before it has read everything: not an error of the source.
  to.on('error', () => source.unpipe(to));
  source.pipe(to);
  if (source.destroyed) to.end();
  else source.once('close', () => to.end());
  to.once('close', () => source.unpipe(to));
}

/**
 * Copies what a program writes into a stream. If that takes no more, because it was ended or has failed, the pipe is closed, so that
 * the program learns of it instead of waiting for a reader for ever.
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

/** The child's side where no pipe is needed; undefined where one is. */
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
  return argumentError(name, `PIPE, DEVNULL${stdout}, a descriptor, a file or a stream`, target);
}
