/** A thread of a process, as `why-blocked` names it. */
export interface ThreadName {
  readonly pid: number;
  /** 0 for the main thread. */
  readonly threadId: number;
}

/** A process that uses the toolkit. */
export interface ProcessFacts {
  readonly pid: number;
  /** Its command line, cut to some hundred characters. */
  readonly title: string;
  /** How many of its threads use the toolkit. */
  readonly threads: number;
  /** Whether it was stopped by Ctrl-Z, SIGSTOP or a debugger. */
  readonly isStopped: boolean;
}

/** An object in shared memory. */
export interface ObjectFacts {
  /** What tells it from all others. */
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string | null;
  readonly items: number | null;
  /** Items for each second since the last look. */
  readonly rate: { readonly put: number; readonly taken: number } | null;
  readonly workers: { readonly count: number; readonly busy: number; readonly tasks: number } | null;
  readonly bytesInUse: number;
  /** The processes that have it. */
  readonly pids: readonly number[];
}

/** That a thread holds an object, or a part of it. */
export interface Hold {
  readonly thread: ThreadName;
  readonly object: string;
  /** Whether it is part of a deadlock. */
  readonly isDeadlocked: boolean;
}

/** That a thread waits for an object. */
export interface Wait {
  readonly thread: ThreadName;
  /** Null if the object has lost its name. */
  readonly object: string | null;
  /** Whether the thread is blocked; else its event loop awaits. */
  readonly isBlocked: boolean;
  readonly isDeadlocked: boolean;
}

/** Threads that wait for each other, with the sentence of `why-blocked`. */
interface CircleFacts {
  readonly threads: readonly ThreadName[];
  readonly isDeadlock: boolean;
  readonly sentence: string;
}

/** What one look has shown; plain values, so that it travels as JSON. */
export interface Snapshot {
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number;
  readonly directory: string;
  readonly processes: readonly ProcessFacts[];
  readonly objects: readonly ObjectFacts[];
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly circles: readonly CircleFacts[];
  /** How many were left out, since there were too many. */
  readonly omitted: { readonly processes: number; readonly objects: number };
}

/** A look that failed, such as for want of file descriptors. The next one may succeed. */
export interface Failure {
  readonly message: string;
}
