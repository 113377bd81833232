// ES2024, which every supported Node has and the compiler's ES2023 library does not.
type WellFormed = string & { isWellFormed(): boolean };

/** Whether `text` has no half of a surrogate pair, so that UTF-8 can carry it. */
export function isWellFormed(text: string): boolean {
  return (text as WellFormed).isWellFormed();
}
