import { spawnSync } from 'node:child_process';

/** The command that runs a program in a mount namespace of its own, as root there; none where neither root nor user namespaces serve. */
export const mountNamespace = [
  ['unshare', '-m'],
  ['unshare', '-rm'],
].find(([command = '', ...flags]) => {
  return spawnSync(command, [...flags, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
});
