//! Sleeping until a byte comes or another process ends, by poll: each process keeps a FIFO open until it ends, which hangs up then.

use super::bell::Bell;
use super::fifo;
use super::holder::Holder;
use super::life;
use super::lot::Lot;
use super::sleep::Seen;
use crate::common::backend::Expected;
use crate::unix::clock::{now, time};
use crate::unix::errno::checked;
use std::collections::HashMap;
use std::ffi::CString;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::null;
use std::sync::{Arc, LazyLock, Mutex};

/// By lot and holder. A sleeper has its own count of what it polls, so none is closed under it.
type Open = HashMap<(usize, u32), Arc<OwnedFd>>;

static OPEN: LazyLock<Mutex<Open>> = LazyLock::new(|| Mutex::new(HashMap::new()));
/// More are closed, and opened again at the next sleep.
const MAX_OPEN: usize = 64;

/// What a thread sleeps on, from its first sleep to its end: nothing more than its bell.
pub struct Bed;

impl Bed {
    pub fn of(_bell: &Bell) -> Result<Self, i32> {
        Ok(Self)
    }
}

/// What a sleeper polls for one sleep: its bell, and the FIFOs of the owners of some life words.
pub struct Watch {
    hang_ups: Vec<Arc<OwnedFd>>,
    polled: Vec<libc::pollfd>,
    /// Whether there is a FIFO for each. Else they must be looked at now and then.
    pub is_complete: bool,
}

impl Watch {
    /// Call `life::check` after this for each of them: what has ended before does not hang up.
    pub fn of(_bed: &Bed, bell: &Bell, lot: Option<&Lot>, lives: &[Expected]) -> Self {
        let mut found = Self { hang_ups: Vec::new(), polled: vec![entry(bell.descriptor())], is_complete: true };
        for life in lives {
            let (Some(lot), Some(holder)) = (lot, life::holder_of(&life.word)) else { continue };
            if holder.is_mine(lot) {
                continue; // its threads mark their words themselves
            }
            match of_process(lot, holder) {
                Some(descriptor) if found.hang_ups.iter().any(|other| Arc::ptr_eq(other, &descriptor)) => {}
                Some(descriptor) => {
                    found.polled.push(entry(&descriptor));
                    found.hang_ups.push(descriptor);
                }
                None => found.is_complete = false,
            }
        }
        found
    }

    pub fn wait(&mut self, end: i64) -> Seen {
        let left = time((end - now()).max(0));
        // SAFETY: that many entries, writable; no signal mask.
        let count = unsafe { libc::ppoll(self.polled.as_mut_ptr(), self.polled.len() as libc::nfds_t, &left, null()) };
        let has_something = |entry: &libc::pollfd| entry.revents != 0;
        let (rang, ended) = (has_something(&self.polled[0]), self.polled[1..].iter().any(has_something));
        Seen { interrupted: count < 0, rang, ended }
    }
}

fn entry(descriptor: &OwnedFd) -> libc::pollfd {
    libc::pollfd { fd: descriptor.as_raw_fd(), events: libc::POLLIN, revents: 0 }
}

fn of_process(lot: &Lot, holder: Holder) -> Option<Arc<OwnedFd>> {
    let mut open = OPEN.lock().unwrap();
    let key = (std::ptr::from_ref(lot) as usize, holder.0);
    if let Some(known) = open.get(&key) {
        return Some(known.clone());
    }
    if open.len() >= MAX_OPEN {
        open.clear();
    }
    let opened = Arc::new(fifo::open(&life_path(lot, holder).ok()?, libc::O_RDONLY).ok()?);
    open.insert(key, opened.clone());
    Some(opened)
}

/// Closes what belongs to a process that has ended.
pub fn forget(lot: &Lot, holder: Holder) {
    OPEN.lock().unwrap().remove(&(std::ptr::from_ref(lot) as usize, holder.0));
}

/// What this process keeps open until it ends: the writing end of its FIFO. None if no descriptor is left.
pub fn announce(lot: &Lot, holder: Holder) -> Option<OwnedFd> {
    make_alive(lot, holder).ok()
}

/// With a higher number than the lot: at the end of the process the kernel closes descriptors in their order, so that its lock has gone
/// when the FIFO hangs up.
fn make_alive(lot: &Lot, holder: Holder) -> Result<OwnedFd, i32> {
    let path = life_path(lot, holder)?;
    let first = fifo::make(&path)?;
    // SAFETY: no memory is involved; the kernel has just made it.
    unsafe {
        let fd = checked(libc::fcntl(first.as_raw_fd(), libc::F_DUPFD_CLOEXEC, lot.file() + 1))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

/// The FIFO that hangs up when that process ends.
fn life_path(lot: &Lot, holder: Holder) -> Result<CString, i32> {
    CString::new(format!("{}-l{:x}", lot.prefix(), holder.0)).map_err(|_| -libc::EINVAL)
}

/// What `announce` has left in the file system.
pub fn withdraw(lot: &Lot, holder: Holder) {
    if let Ok(path) = life_path(lot, holder) {
        fifo::remove(&path);
    }
}

/// Whether it lives, where that is known without a look at its lock.
pub fn state_of(_lot: &Lot, _holder: Holder) -> Option<bool> {
    None
}
