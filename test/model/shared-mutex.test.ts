import { describeModels } from './describe-models.js';
import { sharedMutexModels, sharedMutexMutants } from './models/shared-mutex.js';

describeModels(sharedMutexModels, sharedMutexMutants);
