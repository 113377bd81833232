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
 * The pipes are real ones, not the socket pairs that Node creates for `'pipe'`: so a program can open `/dev/stdin` and
 * `/dev/stdout`, both outputs can share a pipe, and Node does not discard unread output when the program ends.
 */
export class StdioPlan {
  readonly childSides: ChildSide[] = [];
  stdin: PipeEnd | undefined;
  stdout: PipeEnd | undefined;
  stderr: PipeEnd | undefined;
  /** Functions that connect pipes with the streams that the caller has given. */
  readonly forwards: (() => void)[] = [];
  readonly #childEnds: number[] = [];

  /** @throws {TypeError | Error} If an option is wrong, or there are no descriptors left. Nothing is left open. */
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

  /** Closes the program's ends: it has copies of its own, and a pipe does not end while this process has one open. */
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
  return argumentError(name, `PIPE, DEVNULL${stdout}, a descriptor, a file or a stream`, target);
}
