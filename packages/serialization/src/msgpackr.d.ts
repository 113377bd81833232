// The package has no types for this build, which leaves some parts out.
declare module 'msgpackr/index-no-eval' {
  export { clearSource, Packr, RESERVE_START_SPACE, REUSE_BUFFER_MODE, Unpackr } from 'msgpackr';

  /** Room in msgpackr's buffer, as much as was asked for. */
  export interface Allocated {
    readonly target: Uint8Array;
    readonly targetView: DataView;
    readonly position: number;
  }

  /** Of an extension that writes for itself, which the package's own types do not know. */
  export function addExtension<T extends object>(extension: {
    readonly Class: new () => T;
    readonly type: number;
    pack(value: T, allocate: (byteLength: number) => Allocated): void;
  }): void;
}
