/** Options of Node that choose the program, with the number of their arguments: a child runs another program. */
const WHAT_TO_RUN: Readonly<Record<string, number>> = {
  '-e': 1,
  '--eval': 1,
  '-p': 1,
  '-pe': 1,
  '--print': 1,
  '-i': 0,
  '--interactive': 0,
  '-c': 0,
  '--check': 0,
  '--test': 0,
  '--watch': 0,
  '--input-type': 1,
  // A child that started from the application's snapshot would be the application again.
  '--snapshot-blob': 1,
  '--build-snapshot': 0,
  '--build-snapshot-config': 1,
};
/** The parent uses the port of the debugger. */
const DEBUGGER = /^--inspect(-brk|-wait|-port)?$/;

/** The Node options of this process that its children inherit. */
export function inheritedExecArgv(execArgv: readonly string[] = process.execArgv): string[] {
  const inherited: string[] = [];
  for (let at = 0; at < execArgv.length; at++) {
    const argument = execArgv[at]!;
    const [option = argument] = argument.split('=', 1);
    const takes = WHAT_TO_RUN[option];
    if (takes !== undefined) at += argument === option ? takes : 0;
    else if (!DEBUGGER.test(option)) inherited.push(argument);
  }
  return inherited;
}
