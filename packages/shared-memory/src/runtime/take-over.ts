// The program that a single executable application requires before the application, when it is started as a child: runs the
// program of the child instead. Published as CommonJS, since `--require` reads that without a warning on every Node.
//
// What is required cannot wait, and Node runs the application when it returns. When it throws, Node does not; and if the error
// counts as handled, it goes on with the event loop, where the program runs.
import { isMainThread } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import { CHILD_MARK } from './origin.js';

/** What the mark of such a child says. */
export interface TakeOver {
  /** The path of the program to run. */
  readonly program: string;
  /** The options of Node that it was started with. */
  readonly execArgv: readonly string[];
  /** `NODE_OPTIONS` as the user wants them. */
  readonly nodeOptions: string | undefined;
}

// A thread that inherits the variable would take over as well.
if (isMainThread) takeOver(JSON.parse(process.env[CHILD_MARK] ?? '') as TakeOver);

function takeOver({ program, execArgv, nodeOptions }: TakeOver): never {
  if (nodeOptions === undefined) Reflect.deleteProperty(process.env, 'NODE_OPTIONS');
  else process.env['NODE_OPTIONS'] = nodeOptions;
  process.env[CHILD_MARK] = '1';
  process.execArgv = [...execArgv];
  const instead = new Error('The program of a child runs instead of the application');
  process.setUncaughtExceptionCaptureCallback((error) => {
    process.setUncaughtExceptionCaptureCallback(null);
    if ((error as unknown) !== instead) throw error;
  });
  void import(pathToFileURL(program).href);
  throw instead;
}
