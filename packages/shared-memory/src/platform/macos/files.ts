import type { Processes as Calls } from '@multiprocess/native';
import { constants, fstatSync } from 'node:fs';
import type { System } from '../system/system.js';

type Files = Pick<
  System,
  | 'descriptorOfDeleted'
  | 'descriptorOfInode'
  | 'descriptorOfName'
  | 'descriptorPath'
  | 'folderAccess'
  | 'isKernelFolder'
  | 'lockHolders'
  | 'mapsDeleted'
  | 'maxSocketPathBytes'
  | 'mayHoldLocks'
  | 'withoutDescriptorPath'
>;

export function filesOf(calls: () => Calls): Files {
  return {
    // No process reaches the descriptors of another: a file that has lost its name is found by none.
    descriptorOfDeleted: () => undefined,
    descriptorOfName: () => undefined,
    descriptorOfInode: () => undefined,
    mapsDeleted: () => false,
    mayHoldLocks: () => [],

    descriptorPath(descriptor, name) {
      if (name === undefined) return `/dev/fd/${descriptor}`;
      const { dev, ino } = fstatSync(descriptor, { bigint: true });
      return `/.vol/${dev}/${ino}/${name}`; // by its inode, which is this folder's while it is open
    },
    withoutDescriptorPath: (message, path) => message.replace(/'\/(?:dev\/fd|\.vol)\/[^']*'/, `'${path}'`),
    isKernelFolder: () => false,
    folderAccess: constants.O_RDONLY,
    maxSocketPathBytes: 103, // see unix(4)

    // A process keeps a descriptor of each file that it holds a lock on, with the mapping. The kernel does not tell of locks.
    lockHolders() {
      const holders = new Map<number, number[]>();
      for (const pid of calls().processIds()) {
        for (const inode of new Set(calls().processFiles(pid))) {
          const known = holders.get(inode);
          if (known === undefined) holders.set(inode, [pid]);
          else known.push(pid);
        }
      }
      return holders;
    },
  };
}
