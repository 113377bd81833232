import workerpool from 'workerpool';
import * as functions from './pool-worker.mjs';

workerpool.worker({ ...functions });
