import { describeModels } from './describe-models.js';
import { chunkSupplyModels, chunkSupplyMutants } from './models/chunk-supply.js';

describeModels(chunkSupplyModels, chunkSupplyMutants);
