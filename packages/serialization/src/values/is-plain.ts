/** Whether `value` is a primitive, an array or a plain object: msgpackr makes more of tokens that are never written here. */
export function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
