//! Ends of this process that `process.exit` does not have: becoming another program, and dying at once.

use super::errno::last;
use super::exit;
use super::signals::reset;
use std::ffi::CString;
use std::ptr::null;

/// Returns only if it failed. Shared memory has been let go of by then, as at an exit: the new program knows nothing of it.
pub fn exec(path: String, arguments: Vec<String>, environment: Vec<String>) -> i32 {
    let (Ok(path), Some(arguments), Some(environment)) = (CString::new(path), c_strings(arguments), c_strings(environment)) else {
        return -libc::EINVAL; // a NUL inside
    };
    exit::leave();
    prepare_descriptors();
    // Node ignores SIGPIPE for itself, and what is ignored stays so in the new program, which would expect to be ended by it.
    let node_ignored = reset(libc::SIGPIPE);
    let arguments = pointers(&arguments);
    let environment = pointers(&environment);
    // SAFETY: strings and arrays end with a NUL and a null pointer, and outlive the call.
    unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    let error = last();
    if node_ignored {
        // SAFETY: an action without code of ours.
        unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    }
    error
}

/// The standard streams survive, without the mode that Node's event loop has put them into; nothing else does.
fn prepare_descriptors() {
    for fd in 0..=2 {
        // SAFETY: no memory is involved; one that is closed is an error without effect.
        unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFL);
            if flags != -1 {
                libc::fcntl(fd, libc::F_SETFL, flags & !libc::O_NONBLOCK);
                libc::fcntl(fd, libc::F_SETFD, 0);
            }
        }
    }
    // Kernels before 5.11 lack it; what Node opens is closed there as well, by its own flags.
    // SAFETY: no memory is involved.
    unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, CLOSE_RANGE_CLOEXEC) };
}

const CLOSE_RANGE_CLOEXEC: libc::c_uint = 4;

fn c_strings(strings: Vec<String>) -> Option<Vec<CString>> {
    strings.into_iter().map(|string| CString::new(string).ok()).collect()
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([null()]).collect()
}

/// At once: no handlers, no destructors, nothing flushed. The kernel marks life words and drops locks.
pub fn exit_now(status: i32) {
    // SAFETY: does not return.
    unsafe { libc::_exit(status) }
}

/// Not Node's, which writes a trace first.
pub fn abort() {
    // SAFETY: does not return.
    unsafe { libc::abort() }
}
