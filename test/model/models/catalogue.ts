import type { Model } from '../checker/model.js';
import { byteRingModels, byteRingMutants } from './byte-ring.js';
import { eventCountModels, eventCountMutants } from './event-count.js';
import type { Mutant } from './mutant.js';
import { ownerMutexModels, ownerMutexMutants } from './owner-mutex.js';

/** Every model, so that a schedule can name one. */
export const models: readonly Model[] = [...ownerMutexModels, ...eventCountModels, ...byteRingModels];

/** Every known bug, for the same reason. */
export const mutants: readonly Mutant[] = [...ownerMutexMutants, ...eventCountMutants, ...byteRingMutants];
