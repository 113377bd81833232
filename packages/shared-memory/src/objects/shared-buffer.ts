import { ClosedError } from '../base/errors.js';
import { segmentOfBuffer } from '../wait/mapped-words.js';
import { Segment } from '../segment/segment.js';
import { formatHandle, parseHandle } from '../handles/attach.js';

/**
 * The handle by which {@link attachBuffer} finds the memory of `buffer` in any process. As with other handles, taking it
 * keeps the memory until its object is closed here or the thread ends.
 *
 * @returns undefined if it is not shared memory of this toolkit
 * @throws {@link ClosedError} if its object has been closed here.
 */
export function bufferHandle(buffer: ArrayBufferLike): string | undefined {
  const segment = segmentOfBuffer(buffer);
  if (segment === undefined) return undefined;
  const { kind, reference, isOpen } = segment;
  if (!isOpen) throw new ClosedError(`The ${kind} of this memory has been closed here`);
  segment.keep();
  return formatHandle(kind, reference);
}

/**
 * The memory that such a handle stands for, as a buffer of this thread. It stays as long as something refers to it.
 *
 * @throws {@link HandleError} if it is not a handle, or no living process has the memory.
 */
export function attachBuffer(handle: string): SharedArrayBuffer {
  const { kind, reference } = parseHandle(handle);
  return Segment.attach(reference, kind).buffer;
}
