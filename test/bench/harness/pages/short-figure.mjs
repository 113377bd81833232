import { format } from '../report/table.mjs';

/** @import { Printed, PrintedCase } from './printed.mjs' */

/** A printed figure as a number: "672 533" and "13.5 M" are both meant to be read by people. @param {string} text */
export function parseFigure(text) {
  const number = Number(text.replaceAll(' ', '').replace('M', 'e6'));
  if (Number.isNaN(number)) throw new RangeError(`"${text}" is not a figure`);
  return number;
}

/**
 * The median of a contender with its unit, in three digits; undefined if it was not measured.
 *
 * @param {PrintedCase | undefined} one
 * @param {string} contender
 */
export function shortFigure(one, contender) {
  const median = one?.medians.get(contender);
  if (one === undefined || median === undefined) return undefined;
  const digits = format(Number(parseFigure(median).toPrecision(3)));
  return one.unit.endsWith('/s') ? `${digits}/s` : `${digits} ${one.unit}`;
}

/**
 * Which of some contenders does best, by its printed median; undefined if none took part.
 *
 * @param {PrintedCase | undefined} one
 * @param {readonly string[]} contenders
 */
export function bestOf(one, contenders) {
  const sign = one?.better === 'higher' ? -1 : 1;
  /** @param {string} contender */
  const rank = (contender) => sign * parseFigure(one?.medians.get(contender) ?? '');
  return contenders.filter((name) => one?.medians.has(name)).sort((a, b) => rank(a) - rank(b))[0];
}

/** Which run measured a question; empty if none did. @param {readonly Printed[]} printed @param {string} question */
export function runOf(printed, question) {
  return printed.find((one) => one.question === question)?.run ?? '';
}
