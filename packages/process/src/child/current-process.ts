import { checkAuthkey, checkString, describable, DESCRIBE, notSent } from '@multiprocess/shared-memory';
import type { Describable, Description } from '@multiprocess/shared-memory';
import { identity } from '../launch/identity.js';

/** The calling process, as returned by {@link currentProcess}. */
export interface CurrentProcess {
  /** 'MainProcess', or the name that its parent gave it. You may change it. */
  name: string;
  readonly pid: number;
  /** Whether it ends with its parent. */
  readonly daemon: boolean;
  /** The key by which the processes of a program know each other; children inherit it. You may change it. */
  authkey: Uint8Array;
  /** Always true. */
  isAlive(): true;
}

/** A class with accessors, so that the key is not found among the properties of an object. */
class ThisProcess implements CurrentProcess, Describable {
  static {
    describable(this.prototype, () => 'CurrentProcess');
    notSent(this.prototype, 'send what is needed of it, such as its pid or its name');
  }

  get name(): string {
    return identity().name;
  }

  set name(name: string) {
    identity().name = checkString('name', name);
  }

  get pid(): number {
    return process.pid;
  }

  get daemon(): boolean {
    return identity().daemon;
  }

  get authkey(): Uint8Array {
    return identity().authkey;
  }

  set authkey(authkey: Uint8Array) {
    identity().authkey = checkAuthkey(authkey);
  }

  isAlive(): true {
    return true;
  }

  [DESCRIBE](): Description {
    return { name: this.name, pid: this.pid, daemon: this.daemon };
  }
}

// Always the same object.
const current: CurrentProcess = new ThisProcess();

/** The calling process; always the same object. See the example of {@link activeChildren}. */
export function currentProcess(): CurrentProcess {
  return current;
}
