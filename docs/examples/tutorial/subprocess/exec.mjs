// Python's os.execl(note, "anything, but it must be there"). Differs: nothing but the name of a failure, which has a `code`;
// shared objects that are open here are closed first, so that no other process waits for this one in vain.
import { execl } from 'multiprocess';

console.log('before, as process', process.pid);
execl('/bin/sh', 'what it is called', '-c', 'echo after, as process $$');
console.log('never printed');
