// The program of a child process, `node child-main.js …`; child-start.ts says which arguments follow. All that is imported
// statically is compiled before the first line runs, and so without the cache.
import { useCompileCache } from './compile-cache.js';

useCompileCache();
void import('./child-start.js');
