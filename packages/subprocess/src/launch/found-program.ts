/** All variables of a program, by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A program that was looked for; or the code of the error that starting it would give, and in special cases the reason in words. */
export type FoundProgram = { readonly file: string } | { readonly code: string; readonly why?: string };
