const NOTHING = {};

/**
 * Whether plain objects inherit properties that are listed: the program has added some to `Object.prototype`. Then what lists
 * properties by `for … in`, or sets them by assignment, does not do as it says, and a way around it is taken. Asked for
 * each message, since that can happen at any time; it costs some nanoseconds.
 */
export function objectsInherit(): boolean {
  for (const inherited in NOTHING) if (inherited in NOTHING) return true;
  return false;
}
