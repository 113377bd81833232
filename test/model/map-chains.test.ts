import { describeModels } from './describe-models.js';
import { mapChainsModels, mapChainsMutants } from './models/map-chains.js';

describeModels(mapChainsModels, mapChainsMutants);
