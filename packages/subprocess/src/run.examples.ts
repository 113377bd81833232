import { run } from './index.js';

export async function log(): Promise<void> {
  // #region run
  const log = await run(['git', 'log', '-1'], { captureOutput: true, encoding: 'utf8', check: true, timeout: 5000 });
  console.log(log.stdout);
  // #endregion
}
