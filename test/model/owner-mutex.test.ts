import { describeModels } from './describe-models.js';
import { ownerMutexModels, ownerMutexMutants } from './models/owner-mutex.js';

describeModels(ownerMutexModels, ownerMutexMutants);
