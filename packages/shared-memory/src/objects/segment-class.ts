import { parseHandle, registerKind } from '../handles/attach.js';
import type { Look } from '../handles/attach.js';
import type { SharedObject } from '../base/shared-object.js';
import { Segment } from '../segment/segment.js';

/** The segment that a handle of that kind stands for. @throws {@link HandleError} if it stands for something else, or no living process has it. */
export function attachSegment(handle: string, kind: string): Segment {
  const { kind: claimed, reference } = parseHandle(handle);
  return Segment.attach(reference, kind, claimed);
}

/** Registers a class that is made of the segment of its object. */
export function registerSegmentClass(kind: string, Class: new (segment: Segment) => SharedObject, look?: Look): void {
  registerKind(kind, (reference) => new Class(Segment.attach(reference, kind)), look);
}
