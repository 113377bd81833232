import { describeModels } from './describe-models.js';
import { eventCountModels, eventCountMutants } from './models/event-count.js';

describeModels(eventCountModels, eventCountMutants);
