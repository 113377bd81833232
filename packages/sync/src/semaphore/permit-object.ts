import type { Coroutine, Description, ObjectMemory } from '@multiprocess/shared-memory';
import { Takeable } from '../object/takeable.js';

/** Permits over words: how many are free, and how to take one. */
export interface Permits {
  readonly free: number;
  tryTake(): boolean;
  taking(): Coroutine<true>;
}

/** What both semaphores share. They differ in whether a permit has an owner. */
export abstract class PermitObject<P extends Permits> extends Takeable<true> {
  /** @internal */
  protected readonly permits: P;

  constructor(memory: ObjectMemory, permits: P) {
    super(memory);
    this.permits = permits;
  }

  /** How many permits are free. May be out of date when it is read. */
  get value(): number {
    this.openSegment();
    return this.permits.free;
  }

  /** @internal */
  protected override describeOpen(): Description {
    return { value: this.value };
  }

  protected override tryTake(): boolean {
    return this.permits.tryTake();
  }

  protected override taking(): Coroutine<true> {
    return this.permits.taking();
  }

  protected override taken(how: true | undefined): boolean {
    return how === true;
  }
}
