import { timedRounds } from '../../harness/plans.mjs';
import { ratio } from '../../harness/report/report.mjs';

/** @import { Question } from '../../harness/question.d.ts' */

const OURS = 'Popen.communicate, run';
const PYTHON = 'CPython subprocess';
const PASSAGE = '64 MiB both ways at once';
const RUN = 'run of true';
const program = 'contenders/work/subprocess.mjs';

/** @type {Question} */
export const subprocess = {
  name: 'subprocess',
  asks: 'How fast do bytes pass through a program and back, and how long does running one take?',
  baseline: PYTHON,
  contenders: [
    { name: OURS, program, args: ['ours'] },
    { name: 'runSync', program, args: ['sync'] },
    { name: 'child_process spawn, execFile', program, args: ['node'] },
    { name: PYTHON, program: 'python/subprocess_communicate.py' },
  ],
  cases: [
    { name: PASSAGE, unit: 'MiB/s', better: 'higher', plans: timedRounds({ op: 'communicate' }) },
    { name: RUN, unit: 'ms', better: 'lower', plans: timedRounds({ op: 'run' }) },
  ],
  targets: [
    {
      says: 'communicate at least as fast as CPython’s',
      measure: (of) => ratio(of(PASSAGE, OURS), of(PASSAGE, PYTHON)),
      atLeast: 1,
    },
  ],
};
