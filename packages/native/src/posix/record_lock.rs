//! Locks on single bytes of a file (`fcntl`). They belong to the process: a forked child does not get them, and the kernel drops them
//! when the process ends, or becomes another program. It also drops them when the process closes any descriptor of the file.

use crate::unix::errno::checked;
use std::mem::zeroed;

fn byte_at(offset: usize) -> libc::flock {
    // SAFETY: plain integers, for which all zeros is a value.
    let mut lock: libc::flock = unsafe { zeroed() };
    lock.l_type = libc::F_WRLCK as libc::c_short;
    lock.l_whence = libc::SEEK_SET as libc::c_short;
    lock.l_start = offset as libc::off_t;
    lock.l_len = 1;
    lock
}

/// Locks a byte for this process, if no other has it. Never waits.
pub fn try_lock(fd: i32, offset: usize) -> bool {
    // SAFETY: the lock lives through the call.
    unsafe { libc::fcntl(fd, libc::F_SETLK, &byte_at(offset)) != -1 }
}

/// The kernel counts the locks of all code in a process as one's.
pub const OF_PROCESS: bool = true;

/// The other process that has that byte locked, by the number that this one knows it by; `None` if none has.
pub fn owner(fd: i32, offset: usize, _mark: u32) -> Result<Option<i32>, i32> {
    let mut lock = byte_at(offset);
    // SAFETY: as above, and it is writable.
    checked(unsafe { libc::fcntl(fd, libc::F_GETLK, &mut lock) })?;
    let is_locked = i32::from(lock.l_type) != i32::from(libc::F_UNLCK as libc::c_short);
    Ok(is_locked.then_some(lock.l_pid))
}
