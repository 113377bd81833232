/** `bell-<random number of the registry>-<owner id>`: owner ids of two registries may be the same. */
export const BELL_NAME = /^bell-[0-9a-f]{1,16}-[0-9a-f]{1,8}$/;

/** The name of the FIFO of the thread with that owner id. */
export function bellName(registry: bigint, owner: number): string {
  return `bell-${registry.toString(16)}-${owner.toString(16)}`;
}

/** The owner id in such a name; 0, which is never an owner id, if it belongs to another registry. */
export function ownerOfBell(name: string, registry: bigint): number {
  const [, id = '', owner = ''] = name.split('-');
  return id === registry.toString(16) ? Number.parseInt(owner, 16) : 0;
}
