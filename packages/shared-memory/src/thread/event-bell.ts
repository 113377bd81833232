import { throwIfErrno } from '../base/errno.js';
import { native } from '../platform/platform.js';
import type { BellPlace, Bells, Ear } from './bell.js';

/** An event of Windows, for which the native part waits. Its name goes with the process. */
export const eventBells: Bells = {
  hear: (place, onRing) => new EventEar(place, onRing),
  open: ({ name }) => throwIfErrno(native().openBell(name), 'OpenEvent', name),
  close: (bell) => void native().closeBell(bell),
};

class EventEar implements Ear {
  readonly number: number;

  constructor({ name }: BellPlace, onRing: () => void) {
    this.number = throwIfErrno(native().hearBell(name, onRing), 'CreateEvent', name);
  }

  ref(): void {
    native().keepBell(this.number, true);
  }

  unref(): void {
    native().keepBell(this.number, false);
  }

  remove(): void {}
}
