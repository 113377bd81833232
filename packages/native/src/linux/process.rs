//! Processes by descriptors (pidfds), which stay valid when a process id is used again.

use super::backend::backend;
use crate::unix::errno::{checked, zero_or};
use std::os::fd::{FromRawFd, OwnedFd};
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

/// The same with an owner, to poll: it becomes readable when the process has ended.
pub fn process_descriptor(pid: i32) -> Result<OwnedFd, i32> {
    let fd = open_process(pid);
    // SAFETY: the kernel has just made it.
    if fd < 0 { Err(fd) } else { Ok(unsafe { OwnedFd::from_raw_fd(fd) }) }
}

pub fn set_parent_death_signal(signal: i32) -> i32 {
    if !(0..=64).contains(&signal) {
        return -libc::EINVAL;
    }
    // To be tried here as it is on systems whose kernel has no such signal.
    if !backend().marks_lives() {
        return -libc::ENOSYS;
    }
    // SAFETY: no memory is involved.
    zero_or(checked(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal as libc::c_ulong) }))
}
