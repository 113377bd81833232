/** @import { Contender } from './question.d.ts' */

const program = 'contenders/work/pool.mjs';

export const OURS = 'Pool';
export const PYTHON_POOL = 'CPython Pool';
export const PYTHON_EXECUTOR = 'CPython ProcessPoolExecutor';
/** The pools of processes that Node has. */
export const NODE_PROCESS_POOLS = ['tinypool, child_process', 'workerpool, process'];

/** @type {readonly Contender[]} */
export const poolContenders = [
  { name: OURS, program, args: ['process'] },
  { name: 'Pool, threads', program, args: ['thread'] },
  { name: 'tinypool, child_process', program, args: ['tinypool-process'] },
  { name: 'workerpool, process', program, args: ['workerpool'] },
  { name: 'piscina, threads', program, args: ['piscina'] },
  { name: 'tinypool, threads', program, args: ['tinypool-thread'] },
  { name: PYTHON_POOL, program: 'python/pool.py', args: ['pool'] },
  { name: PYTHON_EXECUTOR, program: 'python/pool.py', args: ['executor'] },
];
