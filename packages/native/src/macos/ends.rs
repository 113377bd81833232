//! Sleeping until a byte comes or another process ends, by a kqueue. FIFOs do not report a hang-up here, but processes do. Whom to watch
//! says the kernel, which knows the process that has a place locked.

use super::queue::{self, Event};
use crate::common::backend::Expected;
use crate::posix::bell::Bell;
use crate::posix::holder::Holder;
use crate::posix::life;
use crate::posix::lot::Lot;
use crate::posix::record_lock;
use crate::posix::sleep::Seen;
use crate::unix::clock::now;
use std::os::fd::OwnedFd;

const AT_ONCE: usize = 8;
/// The kernel is never asked to wait for centuries.
const LONGEST: i64 = 3_600_000_000_000;

/// What a thread sleeps on, from its first sleep to its end: a kqueue with its bell.
pub struct Bed(OwnedFd);

impl Bed {
    pub fn of(bell: &Bell) -> Result<Self, i32> {
        let queue = queue::make()?;
        queue::add(&queue, queue::bytes_in(bell.descriptor()))?;
        Ok(Self(queue))
    }
}

/// What a sleeper waits for in one sleep: its bell, and the ends of the owners of some life words.
pub struct Watch<'a> {
    queue: &'a OwnedFd,
    processes: Vec<i32>,
    /// Whether each owner is watched. Else they must be looked at now and then.
    pub is_complete: bool,
}

impl<'a> Watch<'a> {
    /// Call `life::check` after this for each of them: what has ended before is not reported, and its number may be another's by now.
    pub fn of(bed: &'a Bed, _bell: &Bell, lot: Option<&Lot>, lives: &[Expected]) -> Self {
        let mut found = Self { queue: &bed.0, processes: Vec::new(), is_complete: true };
        for life in lives {
            let (Some(lot), Some(holder)) = (lot, life::holder_of(&life.word)) else { continue };
            if holder.is_mine(lot) {
                continue; // its threads mark their words themselves
            }
            match record_lock::owner(lot.file(), holder.place(), 0) {
                Ok(Some(pid)) => found.add(pid),
                Ok(None) => {} // the look that follows sees it
                Err(_) => found.is_complete = false,
            }
        }
        found
    }

    fn add(&mut self, pid: i32) {
        if self.processes.contains(&pid) {
            return;
        }
        match queue::add(self.queue, queue::end_of(pid)) {
            Ok(()) => self.processes.push(pid),
            Err(_) => self.is_complete = false, // it is about to end: it may have its lock for some moments
        }
    }

    pub fn wait(&mut self, end: i64) -> Seen {
        let mut events = [queue::end_of(0); AT_ONCE];
        let mut left = (end - now()).max(0);
        let mut count = queue::wait(self.queue, &mut events, left.min(LONGEST));
        while count == 0 && left > LONGEST {
            left = (end - now()).max(0);
            count = queue::wait(self.queue, &mut events, left.min(LONGEST));
        }
        let seen = &events[..count.max(0) as usize];
        let has = |filter: i16| seen.iter().any(|event: &Event| { event.filter } == filter);
        Seen { interrupted: count < 0, rang: has(libc::EVFILT_READ), ended: has(libc::EVFILT_PROC) }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        for &pid in &self.processes {
            queue::remove(self.queue, queue::end_of(pid));
        }
    }
}

/// Nothing is kept of other processes.
pub fn forget(_lot: &Lot, _holder: Holder) {}

/// Nothing need be kept open: the kernel tells the end of a process by its number.
pub fn announce(_lot: &Lot, _holder: Holder) -> Option<OwnedFd> {
    None
}

/// Nothing is left of it.
pub fn withdraw(_lot: &Lot, _holder: Holder) {}

/// Whether it lives, where that is known without a look at its lock.
pub fn state_of(_lot: &Lot, _holder: Holder) -> Option<bool> {
    None
}
