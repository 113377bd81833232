/** What a child can be: whatever holds for one of them is tested for both. */
export const runtimes = [{ runtime: 'process' }, { runtime: 'thread' }] as const;
