/** @import { Case } from './question.d.ts' */

/**
 * Rounds of a length, after as many warm-up rounds as it takes to compile everything and to learn how many operations
 * fill a round.
 *
 * @param {object} request
 * @returns {Case['plans']}
 */
export function timedRounds(request) {
  return {
    full: { warmUps: 4, rounds: 11, request: { ...request, ms: 400 } },
    quick: { warmUps: 3, rounds: 3, request: { ...request, ms: 50 } },
  };
}
