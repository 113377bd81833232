// The same by Node alone, as on systems without a native part. What that cannot do is skipped in these files, with its reason. How programs
// are started is in launches-without-native.test.ts; big-output.test.ts moves gigabytes through streams that are Node's in any case.
process.env['MULTIPROCESS_NATIVE'] = 'off';
await import('./arguments.test.js');
await import('./broken-streams.test.js');
await import('./child-state.test.js');
await import('./exec.test.js');
await import('./popen.test.js');
await import('./run.test.js');
await import('./all.test.js');
await import('./commands.test.js');
await import('./endings.test.js');
