import {
  _exit,
  abort,
  checkCall,
  checkOutput,
  command,
  execv,
  execvp,
  getoutput,
  getstatusoutput,
  PIPE,
  Popen,
  popen,
  run,
  shellCommand,
  system,
} from './index.js';

export async function commit(message: string, files: readonly string[]): Promise<void> {
  // #region command
  await run(command`git commit -m ${message} -- ${files}`, { check: true }); // whatever is in them
  // #endregion
}

export async function entries(folder: string): Promise<void> {
  // #region shellCommand
  const counted = await run(shellCommand`ls ${folder} | wc -l`, { shell: true, captureOutput: true, encoding: 'utf8' });
  console.log(`${counted.stdout.trim()} entries, whatever the folder is called`);
  // #endregion
}

export async function pipe(): Promise<void> {
  // #region pipe
  const words = new Popen(command`cat /usr/share/dict/words`, { stdout: PIPE });
  const matches = words.pipe(command`grep -c ette`, { stdout: PIPE, encoding: 'utf8' });
  const { stdout } = await matches.communicate();
  console.log(stdout, words.returncode, matches.returncode);
  // #endregion
}

export async function log(): Promise<void> {
  // #region run
  const log = await run(['git', 'log', '-1'], { captureOutput: true, encoding: 'utf8', check: true, timeout: 5000 });
  console.log(log.stdout);
  // #endregion
}

export async function checked(): Promise<void> {
  // #region check
  await checkCall(['make', 'all']); // CalledProcessError if it ends with another status than 0
  const branch = await checkOutput(['git', 'branch', '--show-current'], { encoding: 'utf8' });
  console.log(branch.trim());
  // #endregion
}

export async function shell(): Promise<void> {
  // #region shell
  console.log(await system('ls | wc -l')); // writes a number, and then the status: 0
  console.log(await getoutput('uname')); // Linux
  const [status, output] = await getstatusoutput('cat nothing');
  console.log(status, output); // 1 'cat: nothing: No such file or directory'
  // #endregion
}

export async function piped(): Promise<void> {
  // #region popen
  const listing = popen('ls -l');
  for await (const line of listing) console.log(line);
  console.log(await listing.close()); // null, or the status if it is not 0
  // #endregion
}

export function become(): never {
  // #region exec
  execvp('vim', ['vim', 'notes.txt']); // this process is vim from now on: nothing below runs
  // #endregion
}

export function becomeByPath(): never {
  // #region execv
  execv('/bin/sh', ['sh', '-c', 'exec python3 main.py']); // the first argument is what it is called
  // #endregion
}

export function end(): never {
  // #region end
  if (process.argv.includes('--core')) abort(); // by SIGABRT, which leaves a core file
  _exit(3); // at once: no exit listeners, nothing flushed
  // #endregion
}
