import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inline, runToEnd } from './children.mjs';

/**
 * What is left in a segment directory after an unrelated program has made an object there, which removes what no living process
 * has.
 *
 * @param {string} directory
 * @param {import('./report.mjs').Report} report gets a fault for each file that is left
 * @param {string} after
 */
export async function checkLeftovers(directory, report, after) {
  const program = inline("import { Lock } from 'multiprocess'; new Lock().close();");
  const { end, stderr } = await runToEnd(process.execPath, program, {
    env: { MULTIPROCESS_DIR: directory },
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  if (end !== 0) report.fault(`${after}: the next program ended with ${end}: ${stderr.slice(0, 300)}`);
  if (!existsSync(directory)) return;
  for (const file of readdirSync(directory)) report.fault(`${after}: left ${file.replace(/[0-9a-f]{4,}.*/, '…')}`);
}
