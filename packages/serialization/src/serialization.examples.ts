// Shown in doc comments. Compiled, so that they stay true.
import { deserialize, registerClass, registerType, serialize, task } from './index.js';

export function message(): void {
  // #region message
  const bytes = serialize({ sent: new Date(), to: new Set(['Ann']), cause: new RangeError('too late') });
  console.log(deserialize(bytes)); // the same, in any process
  // #endregion
}

// #region task
export const double = task(import.meta, function double(n: number) {
  return 2 * n;
});
// #endregion

// #region named
export const triple = task(import.meta, 'triple', (n: number) => 3 * n);
// #endregion

// #region registerClass
export class Point {
  x = 0;
  y = 0;
}
registerClass(import.meta, Point); // the receiver of a Point imports this module
// #endregion

// #region registerType
export class Money {
  readonly cents: number;

  constructor(cents: number) {
    this.cents = cents;
  }
}
registerType({
  name: 'Money', // in every program that sends or receives one
  class: Money,
  encode: (money) => money.cents,
  decode: (cents) => new Money(cents),
});
// #endregion
