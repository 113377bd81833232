import type { Model } from '../checker/model.js';
import { barrierModels, barrierMutants } from './barrier.js';
import { byteRingModels, byteRingMutants } from './byte-ring.js';
import { chunkSupplyModels, chunkSupplyMutants } from './chunk-supply.js';
import { conditionModels, conditionMutants } from './condition.js';
import { eventCountModels, eventCountMutants } from './event-count.js';
import { eventFlagModels, eventFlagMutants } from './event-flag.js';
import { mapChainsModels, mapChainsMutants } from './map-chains.js';
import { fairMutexModels, fairMutexMutants } from './fair-mutex.js';
import { waitQueueModels, waitQueueMutants } from './wait-queue.js';
import type { Mutant } from './mutant.js';
import { ownerMutexModels, ownerMutexMutants } from './owner-mutex.js';
import { permitModels, permitMutants } from './permits.js';
import { recursiveMutexModels, recursiveMutexMutants } from './recursive-mutex.js';
import { sharedMutexModels, sharedMutexMutants } from './shared-mutex.js';
import { slabCellsModels, slabCellsMutants } from './slab-cells.js';

/** Every model, so that a schedule can name one. */
export const models: readonly Model[] = [
  ...ownerMutexModels,
  ...fairMutexModels,
  ...eventCountModels,
  ...waitQueueModels,
  ...byteRingModels,
  ...recursiveMutexModels,
  ...permitModels,
  ...eventFlagModels,
  ...conditionModels,
  ...barrierModels,
  ...sharedMutexModels,
  ...slabCellsModels,
  ...chunkSupplyModels,
  ...mapChainsModels,
];

/** Every known bug, for the same reason. */
export const mutants: readonly Mutant[] = [
  ...ownerMutexMutants,
  ...fairMutexMutants,
  ...eventCountMutants,
  ...waitQueueMutants,
  ...byteRingMutants,
  ...recursiveMutexMutants,
  ...permitMutants,
  ...eventFlagMutants,
  ...conditionMutants,
  ...barrierMutants,
  ...sharedMutexMutants,
  ...slabCellsMutants,
  ...chunkSupplyMutants,
  ...mapChainsMutants,
];
