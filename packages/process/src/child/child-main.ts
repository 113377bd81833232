// The program of a child process, `node child-main.js …`; child-start.ts says which arguments follow. All that is imported
// statically is compiled before the first line runs, and so without the cache. All else is in the index, which nearly every
// target imports: finding a file takes as long as compiling a small one.
import { useCompileCache } from './compile-cache.js';

useCompileCache();
void import('../index.js').then(({ beginChild }) => beginChild());
