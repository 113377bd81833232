//! A kqueue: a descriptor by which a thread waits for bytes and for ends of processes.

use crate::unix::clock::time;
use crate::unix::errno::checked;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::{null, null_mut};

pub use libc::kevent as Event;

pub fn make() -> Result<OwnedFd, i32> {
    // SAFETY: what the kernel returns has no other owner. A child that is forked does not get it; a program that is executed shall not.
    unsafe {
        let queue = OwnedFd::from_raw_fd(checked(libc::kqueue())?);
        checked(libc::fcntl(queue.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC))?;
        Ok(queue)
    }
}

/// There as long as the descriptor has bytes to read.
pub fn bytes_in(descriptor: &OwnedFd) -> Event {
    Event { ident: descriptor.as_raw_fd() as usize, filter: libc::EVFILT_READ, flags: 0, fflags: 0, data: 0, udata: null_mut() }
}

/// Comes once, after the kernel has closed all descriptors of that process.
pub fn end_of(pid: i32) -> Event {
    Event { ident: pid as usize, filter: libc::EVFILT_PROC, flags: 0, fflags: libc::NOTE_EXIT, data: 0, udata: null_mut() }
}

/// `-ESRCH` for the end of a process that is about to end, or has ended.
pub fn add(queue: &OwnedFd, event: Event) -> Result<(), i32> {
    change(queue, event, libc::EV_ADD)
}

/// An event that has come, and comes only once, is gone already.
pub fn remove(queue: &OwnedFd, event: Event) {
    let _ = change(queue, event, libc::EV_DELETE);
}

fn change(queue: &OwnedFd, mut event: Event, flags: u16) -> Result<(), i32> {
    event.flags = flags;
    // SAFETY: one change, and no room for events: an error is the result.
    checked(unsafe { libc::kevent(queue.as_raw_fd(), &event, 1, null_mut(), 0, null()) }).map(|_| ())
}

/// How many of the events have come; 0 when the time is over, -1 after a signal.
pub fn wait(queue: &OwnedFd, events: &mut [Event], nanoseconds: i64) -> i32 {
    let limit = time(nanoseconds);
    // SAFETY: room for that many events.
    unsafe { libc::kevent(queue.as_raw_fd(), null(), 0, events.as_mut_ptr(), events.len() as i32, &limit) }
}
