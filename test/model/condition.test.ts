import { describeModels } from './describe-models.js';
import { conditionModels, conditionMutants } from './models/condition.js';

describeModels(conditionModels, conditionMutants);
