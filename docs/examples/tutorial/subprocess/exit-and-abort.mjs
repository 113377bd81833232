// Python's sys.exit() and os.abort(), seen from outside. Differs: the statuses are read with call(), which gives −6 for SIGABRT;
// a listener of 'exit' is what Python's clean-up at exit is.
import { abort, call } from 'multiprocess';

if (process.argv[2] === undefined) {
  for (const how of ['return', 'exit', 'abort']) {
    console.log(how, await call([process.execPath, process.argv[1], how]));
  }
} else {
  process.on('exit', () => console.log('  cleaned up'));
  if (process.argv[2] === 'exit') process.exit(3);
  if (process.argv[2] === 'abort') abort();
}
