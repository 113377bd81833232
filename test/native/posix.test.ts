// The same promises, kept by the backend for kernels that help with neither sleep nor death. It is chosen at the first call.
process.env['MULTIPROCESS_NATIVE'] = 'posix';
await import('./life.test.js');
await import('./park.test.js');
await import('./end-watch.test.js');
await import('./process.test.js');
await import('./ending.test.js');
await import('./segments.test.js');
await import('./pages.test.js');
