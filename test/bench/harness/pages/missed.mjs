import { tableOfRuns } from './table-of-runs.mjs';

/** @import { Printed } from './printed.mjs' */

/** Why a target is missed. `says` are the words of the target. @typedef {{ question: string, says: string, why: string }} Reason */

const FILE = 'test/bench/harness/pages/reasons.mjs';

/**
 * The targets that are missed, with the reasons that were found.
 *
 * @param {readonly Printed[]} printed
 * @param {readonly Reason[]} reasons
 */
export function missedTargets(printed, reasons) {
  const rows = missedIn(printed).map(({ question, says, measured, run }) => {
    const why = reasons.find((reason) => isOf(reason, question, says))?.why ?? 'Not known yet';
    return { cells: [`[${question}](#${question})`, says, measured, why], run };
  });
  return rows.length === 0 ? ['None.'] : tableOfRuns(['Question', 'Target', 'Measured', 'Why'], rows);
}

/**
 * What the reasons lack, and which are left over, as messages.
 *
 * @param {readonly Printed[]} printed
 * @param {readonly Reason[]} reasons
 */
export function reasonFaults(printed, reasons) {
  const missed = missedIn(printed);
  const without = missed.filter(({ question, says }) => !reasons.some((reason) => isOf(reason, question, says)));
  const measured = reasons.filter(({ question }) => printed.some((one) => one.question === question));
  const over = measured.filter((reason) => !missed.some(({ question, says }) => isOf(reason, question, says)));
  return [
    ...without.map(({ question, says }) => `${question} misses "${says}": say why in ${FILE}`),
    ...over.map(({ question, says }) => `${question} does not miss "${says}": remove the reason from ${FILE}`),
  ];
}

/** @param {readonly Printed[]} printed */
function missedIn(printed) {
  return printed.flatMap(({ question, run, missed }) => missed.map((target) => ({ question, run, ...target })));
}

/** @param {Reason} reason @param {string} question @param {string} says */
function isOf(reason, question, says) {
  return reason.question === question && reason.says === says;
}
