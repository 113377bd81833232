// The program of a daemon, `node daemon-main.cjs`, in CommonJS: the package is loaded as for the modules of the user.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadModule } from '@multiprocess/native/loader';
import type { beginDaemon } from './begin-daemon.js';

interface Program {
  readonly beginDaemon: typeof beginDaemon;
}

void loadModule<Program>(pathToFileURL(join(__dirname, 'begin-daemon.js')).href).then((program) => {
  program.beginDaemon();
});
