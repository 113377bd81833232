import { describeModels } from './describe-models.js';
import { waitQueueModels, waitQueueMutants } from './models/wait-queue.js';

describeModels(waitQueueModels, waitQueueMutants);
