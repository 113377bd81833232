// The program of a child process, `node child-main.cjs …`; child-start.ts says which arguments follow. In CommonJS: Node's loader
// of modules begins only with the target. See load-child.ts.
import { loadChild } from './load-child.js';

void loadChild(__dirname).then(({ beginChild }) => beginChild());
