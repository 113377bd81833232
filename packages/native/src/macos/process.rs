//! Processes as descriptors, to wait for their ends. No signal can be sent through one.

use super::queue;
use std::os::fd::OwnedFd;

/// A kqueue, to poll: it becomes readable when the process has ended.
pub fn process_descriptor(pid: i32) -> Result<OwnedFd, i32> {
    let queue = queue::make()?;
    queue::add(&queue, queue::end_of(pid))?;
    Ok(queue)
}

pub fn open_process(_: i32) -> i32 {
    -libc::ENOSYS
}

pub fn signal_process(_: i32, _: i32) -> i32 {
    -libc::ENOSYS
}

/// The kernel has no such signal.
pub fn set_parent_death_signal(_: i32) -> i32 {
    -libc::ENOSYS
}
