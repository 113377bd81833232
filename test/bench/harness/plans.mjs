/** @import { Case } from './question.d.ts' */

/**
 * Rounds of a length, after as many warm-up rounds as it takes to compile everything and to learn how many operations
 * fill a round.
 *
 * @param {object} request
 * @param {number} [rounds] More than by default where the machine's own speed tells more than what is compared.
 * @returns {Case['plans']}
 */
export function timedRounds(request, rounds = 11) {
  return {
    full: { warmUps: 4, rounds, request: { ...request, ms: 400 } },
    quick: { warmUps: 3, rounds: 3, request: { ...request, ms: 50 } },
  };
}
