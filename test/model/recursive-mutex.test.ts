import { describeModels } from './describe-models.js';
import { recursiveMutexModels, recursiveMutexMutants } from './models/recursive-mutex.js';

describeModels(recursiveMutexModels, recursiveMutexMutants);
