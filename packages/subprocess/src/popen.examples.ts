import { PIPE, Popen } from './index.js';

export async function communicate(): Promise<void> {
  // #region communicate
  const sort = new Popen(['sort', '-n'], { stdin: PIPE, stdout: PIPE, encoding: 'utf8' });
  const { stdout } = await sort.communicate('10\n9\n');
  console.log(stdout, sort.returncode); // '9\n10\n' 0
  // #endregion
}

export async function lines(): Promise<void> {
  // #region lines
  await using ping = new Popen(['ping', '-c', '4', 'localhost'], { stdout: PIPE });
  for await (const line of ping.lines()) console.log('>', line);
  // #endregion
}
