// Python's call(), whose value is negative when a signal ended the child. Differs: nothing;
// errors are caught in the same way.
import { call } from 'multiprocess';

for (const cmd of ['exit 0', 'kill -TERM $$']) {
  try {
    const status = await call(cmd, { shell: true });
    console.log(status < 0 ? `ended by signal ${-status}` : 'returned');
  } catch (error) {
    console.log('error', error);
  }
}
