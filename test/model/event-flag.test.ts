import { describeModels } from './describe-models.js';
import { eventFlagModels, eventFlagMutants } from './models/event-flag.js';

describeModels(eventFlagModels, eventFlagMutants);
