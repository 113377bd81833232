/** What runs a program on the runtime of the tests, for a command line of which it is not the first word: there Deno adds no `run`. */
export const ownCommand = 'deno' in process.versions ? [process.execPath, 'run', '-A'] : [process.execPath];
