import { describeModels } from './describe-models.js';
import { permitModels, permitMutants } from './models/permits.js';

describeModels(permitModels, permitMutants);
