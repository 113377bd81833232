/**
 * Node's option for the processes and threads that run the child's side of this package: what they import of the toolkit is then
 * `in-child.js` of each package. Each takes it out of its `process.execArgv`.
 */
export const CHILD_CONDITION = '--conditions=multiprocess-child';
