/**
 * The error of `new` for a class whose objects only this toolkit makes: its constructor was given none of what it needs.
 *
 * @param what with its article: `A Connection`
 * @param advice what to do instead: `use new Pipe(), …`
 */
export function notByNew(what: string, advice: string): TypeError {
  return new TypeError(`${what} is not made by new: ${advice}`);
}
