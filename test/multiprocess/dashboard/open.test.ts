import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../../helpers/children.js';
import { until } from '../../helpers/until.js';

const main = new URL('../../../packages/multiprocess/dist/cli/main.js', import.meta.url);

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'multiprocess-open-'));
  onTestFinished(() => {
    rmSync(made, { recursive: true });
  });
  return made;
}

test('--open gives a browser a file that only the user can read, so that no argument shows the token', async () => {
  const bin = folder();
  const opener = path.join(bin, process.platform === 'darwin' ? 'open' : 'xdg-open');
  const script = `#!/bin/sh\n{ echo "$@"; ls -l "$1" | cut -c1-10; cat "$1"; } > ${bin}/told.part\nmv ${bin}/told.part ${bin}/told\n`;
  writeFileSync(opener, script);
  chmodSync(opener, 0o755);
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const child = startChild(main, { args: ['dashboard', '--open'], env });
  const url = await child.line(/^http:/);
  await until(() => existsSync(path.join(bin, 'told')));
  const [file = '', mode, content] = readFileSync(path.join(bin, 'told'), 'utf8').split('\n');
  expect(file).not.toContain('token');
  expect(mode).toBe('-rw-------');
  expect(content).toContain(`url=${url}`);
  expect(await child.kill('SIGINT')).toEqual({ code: 0, signal: null });
  expect(existsSync(file)).toBe(false);
});

test('without a browser it goes on, and says so', async () => {
  const child = startChild(main, { args: ['dashboard', '--open'], env: { PATH: folder() } });
  await child.line(/^http:/);
  await until(() => child.stderr.includes('No browser was found'));
  expect(await child.kill('SIGINT')).toEqual({ code: 0, signal: null });
});
