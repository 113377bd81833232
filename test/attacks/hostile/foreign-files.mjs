// MULTIPROCESS_DIR is a private directory that holds other things of the user. After a program has used the toolkit there, they
// and the directory must still be there.
//   node foreign-files.mjs
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inline } from '../harness/children.mjs';
import { privateDirectory } from '../harness/directory.mjs';
import { Report } from '../harness/report.mjs';

const FILES = ['s-notes.txt', 'other', 'registry.txt', 'bell-notes', 'making-notes'];

const report = new Report();
const full = privateDirectory();
const empty = privateDirectory('-empty');
for (const file of FILES) writeFileSync(`${full}/${file}`, 'precious');
spawnSync('mkfifo', [`${full}/fifo`]);

for (const directory of [full, empty]) {
  const { status } = spawnSync(
    process.execPath,
    inline("import { Lock } from 'multiprocess'; new Lock().close(); new Lock({ name: 'n' }).acquireSync();"),
    {
      env: { ...process.env, MULTIPROCESS_DIR: directory },
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: 'inherit',
    },
  );
  if (status !== 0) report.fault(`the program ended with ${status}`);
}
const left = readdirSync(full);
for (const file of [...FILES, 'fifo']) if (!left.includes(file)) report.fault(`${file} was removed`);
if (!existsSync(empty)) report.fault('an empty directory of the user was removed');
report.conclude({ left });
