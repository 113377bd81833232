// Python's os.system("dir"). Differs: it is awaited, or blocks as systemSync();
// and gives the exit status itself, where Python gives a wait status on Linux (768 for 3).
import { system, systemSync } from 'multiprocess';

console.log(await system('echo a listing')); // 0: it went well
console.log(systemSync('exit 3'));
