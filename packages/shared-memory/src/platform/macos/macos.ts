import type { Processes as Calls } from '@multiprocess/native';
import { tmpdir } from 'node:os';
import { directoriesByMode } from '../system/private-directory.js';
import { claimByDirectory } from '../system/claim-lock.js';
import type { System } from '../system/system.js';
import { filesOf } from './files.js';
import { processesOf } from '../system/process-state.js';
import { stringsOf } from './process-strings.js';
import { isRegisteredFormat } from './program-format.js';

/** macOS has no `/proc`: the kernel tells by functions, which the native part calls. */
export function macos(calls: () => Calls): System {
  return {
    ...directoriesByMode,
    claimLock: claimByDirectory,
    removesMapped: true,
    fileBytes: (byteLength) => byteLength,
    ...filesOf(calls),
    ...processesOf(calls),
    ...stringsOf(calls),
    memoryLimit: () => undefined,
    addressesLeft: () => Infinity,
    descriptorLimit() {
      const limit = calls().descriptorLimit();
      return limit === Infinity || limit < 0 ? undefined : limit;
    },
    ownProgram: () => process.execPath,
    isRegisteredFormat,
    sharedDirectories() {
      try {
        return [calls().userDirectory(), tmpdir()].filter((path) => path !== '');
      } catch {
        return [tmpdir()]; // without the native part there is nothing to meet in it
      }
    },
  };
}
