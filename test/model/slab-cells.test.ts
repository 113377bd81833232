import { describeModels } from './describe-models.js';
import { slabCellsModels, slabCellsMutants } from './models/slab-cells.js';

describeModels(slabCellsModels, slabCellsMutants);
