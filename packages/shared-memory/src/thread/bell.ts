/** Where the bell of a thread is. */
export interface BellPlace {
  readonly directory: string;
  /** Of the thread alone, in all registries. */
  readonly name: string;
}

/** The bell of this thread, which its event loop hears. It does not keep the loop alive, unless it is told to. */
export interface Ear {
  /** What native calls ring it by; undefined once it cannot be heard any more. */
  readonly number: number | undefined;
  ref(): void;
  unref(): void;
  /** Takes its name away. */
  remove(): void;
}

/** How a system rings an event loop of another process. */
export interface Bells {
  /** Calls `onRing` from the event loop of this thread whenever another thread has rung. @throws {@link Error} of the system */
  hear(place: BellPlace, onRing: () => void): Ear;
  /** Opens the bell of another thread, for native calls. @throws {@link Error} of the system, if that thread has ended, for example */
  open(place: BellPlace): number;
  close(bell: number): void;
}
