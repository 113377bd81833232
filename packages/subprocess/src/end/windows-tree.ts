import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Ends a program and its descendants by Windows' own tool, and if that is missing, the program alone. */
export function endTreeOnWindows(pid: number): void {
  const tool = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  spawnSync(tool, ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by that.
  }
}
