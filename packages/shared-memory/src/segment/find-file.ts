import { join } from 'node:path';
import { HandleError } from '../base/errors.js';
import { openFile, openLostFile } from '../files/segment-file.js';
import type { OpenedFile } from '../files/segment-file.js';
import { shownName } from '../handles/shown-name.js';
import { native } from '../platform/platform.js';
import { lostObject } from '../thread/lost-files.js';
import { thisThread } from '../thread/this-thread.js';
import { isReference, segmentFileName } from './segment-name.js';

/**
 * Maps the file that a reference leads to, also one that has lost its name.
 *
 * @param kind what it must be. Default: anything.
 * @param isExpected whether it may have cells of that many bytes; 0 for an object that is no slab
 * @returns undefined if no living process has it
 * @throws {@link HandleError} if it is something else, or of another registry. Nothing stays mapped.
 */
export function findFile(
  reference: string,
  kind: string | undefined,
  isExpected: (cellBytes: number) => boolean,
): OpenedFile | undefined {
  if (!isReference(reference)) throw new HandleError(`${shownName(reference)} cannot be the name of a segment`);
  const { registry } = thisThread();
  const how = { reachable: false };
  const fileName = segmentFileName(reference);
  let file = openFile(registry.directory, fileName, how);
  if (file === undefined) {
    const through = lostObject(registry, fileName);
    file = through === undefined ? undefined : openLostFile(through, join(registry.directory, fileName), how);
  }
  if (file === undefined) return undefined;
  const { header } = file;
  const refuse = (message: string): never => {
    native().unmap(file.segment);
    throw new HandleError(message);
  };
  if (kind !== undefined && header.kind !== kind) refuse(`${shownName(reference)} is a ${header.kind}, not a ${kind}`);
  if (!isExpected(header.cellBytes)) refuse(`${shownName(reference)} has cells of ${header.cellBytes} bytes`);
  if (header.registry !== registry.id)
    refuse(
      `${file.path} belongs to another registry than the one in ${registry.directory}: the directory was emptied or replaced while programs used it. End those programs first`,
    );
  return file;
}

/** Why a reference leads to nothing. */
export function whyGone(): string {
  const { registry } = thisThread();
  return registry.isLost
    ? `${registry.directory} was emptied or replaced while programs used it, and its file with it`
    : 'no living process has it';
}
