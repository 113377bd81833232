import { describeModels } from './describe-models.js';
import { barrierModels, barrierMutants } from './models/barrier.js';

describeModels(barrierModels, barrierMutants);
