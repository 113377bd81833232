import { describeModels } from './describe-models.js';
import { fairMutexModels, fairMutexMutants } from './models/fair-mutex.js';

describeModels(fairMutexModels, fairMutexMutants);
