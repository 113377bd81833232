//! Threads of this addon, which run no JavaScript.

use std::thread::Builder;

/// Enough for the few frames here and the thread's own data.
const STACK_BYTES: usize = 256 * 1024;

/// With all signals blocked, so that none is handled on so small a stack, and each reaches the thread that it is meant for. Tells whether
/// there was room for a thread.
pub fn start(run: impl FnOnce() + Send + 'static) -> bool {
    // SAFETY: plain system calls on sets of this frame.
    unsafe {
        let (mut all, mut before) = (std::mem::zeroed(), std::mem::zeroed());
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut before);
        let started = Builder::new().name("multiprocess".into()).stack_size(STACK_BYTES).spawn(run).is_ok();
        libc::pthread_sigmask(libc::SIG_SETMASK, &before, std::ptr::null_mut());
        started
    }
}
