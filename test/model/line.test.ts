import { describeModels } from './describe-models.js';
import { lineModels, lineMutants } from './models/line.js';

describeModels(lineModels, lineMutants);
