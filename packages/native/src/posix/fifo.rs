//! FIFOs as bells: one side keeps it open, the others find it by its name.

use crate::unix::errno::checked;
use crate::unix::file::make_fifo_at;
use std::ffi::{CStr, CString};
use std::os::fd::{FromRawFd, OwnedFd};

/// A sweeper that finds a FIFO without a reader removes it, also one that was made a moment ago.
const TRIES: usize = 8;

/// Makes it and opens it for both, so that it never reports an end of file here, and opening never waits.
pub fn make(path: &CString) -> Result<OwnedFd, i32> {
    let mut result = Err(-libc::EAGAIN);
    for _ in 0..TRIES {
        remove(path); // left by a dead process
        result = make_fifo_at(path).and_then(|_| open(path, libc::O_RDWR));
        if !matches!(result, Err(error) if error == -libc::ENOENT || error == -libc::EEXIST) {
            break;
        }
    }
    result
}

/// Never waits: `-ENXIO` for writing where there is no reader.
pub fn open(path: &CStr, access: i32) -> Result<OwnedFd, i32> {
    let flags = access | libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_CLOEXEC;
    // SAFETY: a valid path; what the kernel returns has no other owner.
    checked(unsafe { libc::open(path.as_ptr(), flags) }).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

pub fn remove(path: &CStr) {
    // SAFETY: a valid path.
    unsafe { libc::unlink(path.as_ptr()) };
}
