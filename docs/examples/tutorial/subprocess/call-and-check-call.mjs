// Python's call() and check_call(). Differs: they are awaited, or block as callSync() and checkCallSync();
// the error has what Python's has, and a stable `code`.
import { call, CalledProcessError, checkCall } from 'multiprocess';

console.log(await call(['echo', 'listed']));
try {
  await checkCall(['sh', '-c', 'exit 2']);
} catch (error) {
  console.log(error instanceof CalledProcessError, error.returncode, error.cmd);
}
