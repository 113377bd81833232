/** Not a runtime that stands in for it. */
export function isNode(): boolean {
  const { bun, deno } = process.versions;
  return bun === undefined && deno === undefined;
}
