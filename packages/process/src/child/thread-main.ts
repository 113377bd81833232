// The program of a child with runtime 'thread', in CommonJS like child-main.ts.
import { loadChild } from './load-child.js';

void loadChild(__dirname).then(({ beginThread }) => {
  beginThread();
});
