/**
 * A name from a message, for an error: quoted if it looks like a name, else its length only. A damaged message may have
 * anything in that place, such as a part of a key, and errors are printed and logged.
 */
export function shownName(name: string): string {
  // Here, since V8 takes a millisecond to make a table of all letters: a process that starts needs none.
  const isName = /^[\p{L}_$][\p{L}\p{M}\p{N}_$.%~-]{0,199}$|^[0-9a-f-]{36}$/u;
  return isName.test(name) ? JSON.stringify(name) : `a text of ${name.length} characters that is not a name`;
}
