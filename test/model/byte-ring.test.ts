import { describeModels } from './describe-models.js';
import { byteRingModels, byteRingMutants } from './models/byte-ring.js';

describeModels(byteRingModels, byteRingMutants);
