// @ts-check
import path from 'node:path';
import { root } from './run.mjs';

/**
 * Modules of others that become part of ours when they are bundled, with the file that is taken and its licence, which is
 * published with it. msgpackr's build that compiles nothing at run time is a CommonJS module, and to import one of those
 * costs a process a sixth of its start. Besides, no other package of the program shares this copy, and no program that installs ours is
 * asked about the install script of what msgpackr brings along.
 */
export const included = [
  {
    package: 'msgpackr',
    module: 'msgpackr/index-no-eval',
    file: path.join(root, 'node_modules/msgpackr/dist/index-no-eval.min.js'),
    exports: ['addExtension', 'clearSource', 'Packr', 'RESERVE_START_SPACE', 'REUSE_BUFFER_MODE', 'Unpackr'],
    licence: path.join(root, 'node_modules/msgpackr/LICENSE'),
    into: 'serialization',
  },
  // The plots of the dashboard, in the script of its page.
  {
    package: 'uplot',
    module: 'uplot',
    file: path.join(root, 'node_modules/uplot/dist/uPlot.esm.js'),
    licence: path.join(root, 'node_modules/uplot/LICENSE'),
    into: 'multiprocess',
  },
];
