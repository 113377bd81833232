// The same by Node alone, as on systems without a native part.
process.env['MULTIPROCESS_NATIVE'] = 'off';
await import('./launch-failures.test.js');
await import('./launch-reasons.test.js');
