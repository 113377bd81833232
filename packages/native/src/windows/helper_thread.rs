//! Threads of this addon, which run no JavaScript.

use std::thread::Builder;

/// Enough for the few frames here and the thread's own data.
const STACK_BYTES: usize = 256 * 1024;

/// Tells whether there was room for a thread.
pub fn start(run: impl FnOnce() + Send + 'static) -> bool {
    Builder::new().name("multiprocess".into()).stack_size(STACK_BYTES).spawn(run).is_ok()
}
