// Python's check_call(stdout=fp): the output goes into a file. Differs: a file is an fs.promises.FileHandle, or a descriptor;
// it is closed by `finally`, or `await using` where Node has that.
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCall } from 'multiprocess';

const directory = await mkdtemp(join(tmpdir(), 'tutorial-'));
const file = await open(join(directory, 'sp'), 'w+');
try {
  console.log(await checkCall(['echo', 'reply from www.baidu.com'], { stdout: file }));
} finally {
  await file.close();
}
console.log(await readFile(join(directory, 'sp'), 'utf8'));
await rm(directory, { recursive: true });
