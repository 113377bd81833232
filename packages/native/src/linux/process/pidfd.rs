//! Processes by descriptors (pidfds), which stay valid when a process id is used again.

use crate::linux::errno::{checked, zero_or};
use std::ptr::null;

/// The descriptor, which child programs do not inherit; or `-errno`. Kernels before 5.3 lack the call.
pub fn open_process(pid: i32) -> i32 {
    // SAFETY: no memory is involved.
    checked(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) } as i32).unwrap_or_else(|error| error)
}

pub fn signal_process(fd: i32, signal: i32) -> i32 {
    // SAFETY: no memory is involved: without a `siginfo` the kernel fills in its own.
    zero_or(checked(unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, signal, null::<libc::siginfo_t>(), 0) } as i32))
}
