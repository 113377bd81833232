import { MultiprocessError } from './errors.js';

/** The server of a store cannot be reached, or could not be for too long. The message says whether the call may have been done. */
export class EngineConnectionError extends MultiprocessError {
  static {
    this.prototype.name = 'EngineConnectionError';
  }
  readonly code = 'ERR_MULTIPROCESS_ENGINE_CONNECTION';
}

/** The server of a store is not one on which the store could keep its promises. Nothing was changed; the message says what to change. */
export class EngineConfigError extends MultiprocessError {
  static {
    this.prototype.name = 'EngineConfigError';
  }
  readonly code = 'ERR_MULTIPROCESS_ENGINE_CONFIG';
}

/** What was held is held no more: the server took its holder for dead, or lost its data. Another may have it by now. */
export class LockLostError extends MultiprocessError {
  static {
    this.prototype.name = 'LockLostError';
  }
  readonly code = 'ERR_MULTIPROCESS_LOCK_LOST';
}
