// The program of a daemon: `node daemon-main.js`.
import { beginDaemon } from './index.js';

beginDaemon();
