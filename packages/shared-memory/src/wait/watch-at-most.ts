import { LongTimer } from '../base/long-timer.js';
import type { Parker, WaitRequest, Watch } from './parker.js';

/** As {@link Parker.watch}, and also wakes when the request has lasted as long as it may. */
export function watchAtMost(parker: Parker, request: WaitRequest, wake: () => void): Watch | undefined {
  const { atMost = Infinity } = request;
  if (atMost === Infinity) return parker.watch(request, wake);
  const watch = parker.watch(request, () => {
    timer.cancel();
    wake();
  });
  if (watch === undefined) return undefined;
  const timer = new LongTimer(atMost, () => {
    watch.cancel();
    wake();
  });
  return {
    cancel: () => {
      timer.cancel();
      watch.cancel();
    },
    ref: () => {
      timer.ref();
      watch.ref();
    },
    unref: () => {
      timer.unref();
      watch.unref();
    },
  };
}
