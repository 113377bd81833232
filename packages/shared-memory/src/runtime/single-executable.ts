// `node:sea` is not in the types of the oldest supported Node.
type Sea = { isSea(): boolean } | undefined;

/** Whether Node and the application are one file. */
export function isSingleExecutable(): boolean {
  const sea = process.getBuiltinModule('node:sea') as Sea;
  return sea?.isSea() === true;
}
