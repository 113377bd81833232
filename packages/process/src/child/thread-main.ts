// The program of a child with runtime 'thread'. As in child-main.ts, what is imported statically is compiled without the cache.
import { useCompileCache } from './compile-cache.js';

useCompileCache();
void import('../index.js').then(({ beginThread }) => {
  beginThread();
});
