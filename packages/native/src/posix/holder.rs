//! A process by its place in the lot. The byte of that number in the file is locked while the process lives, so the kernel says whether it
//! does; the generation tells it from those that had the place before.

use super::lot::{Lot, PLACES};
use super::{fifo, record_lock};
use crate::platform::allocate;
use crate::unix::errno::checked;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::atomic::Ordering;

/// Place in the upper 12 bits, generation (1 or more) in the lower 20. 0 is no process.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Holder(pub u32);

const GENERATION_BITS: u32 = 20;
const GENERATIONS: u32 = (1 << GENERATION_BITS) - 1;

impl Holder {
    fn place(self) -> usize {
        (self.0 >> GENERATION_BITS) as usize
    }

    /// This process, which takes a place at the first call.
    pub fn mine(lot: &Lot) -> Result<Self, i32> {
        match lot.mine.load(Ordering::Acquire) {
            0 => Self::take(lot),
            known => Ok(Self(known)),
        }
    }

    fn take(lot: &Lot) -> Result<Self, i32> {
        let _claiming = lot.claiming.lock().unwrap();
        if let Some(known) = Self::taken(lot) {
            return Ok(known);
        }
        let place = (0..PLACES).find(|&place| record_lock::try_lock(lot.fd(), place)).ok_or(-libc::EAGAIN)?;
        allocate(lot.fd(), Lot::generation_at(place), size_of::<u32>())?;
        let word = lot.generation(place);
        let before = word.load(Ordering::SeqCst) & GENERATIONS;
        // Locked first, raised second: whoever had the place is dead from here on, and no process may have the new generation but this.
        let holder = Self((place as u32) << GENERATION_BITS | (before % GENERATIONS + 1));
        word.store(holder.0 & GENERATIONS, Ordering::SeqCst);
        remove_fifo(lot, Self((place as u32) << GENERATION_BITS | before));
        // Without it others look now and then, as where no descriptor is left.
        if let Ok(alive) = make_alive(lot, holder) {
            let _ = lot.alive.set(alive);
        }
        lot.mine.store(holder.0, Ordering::Release);
        Ok(holder)
    }

    fn taken(lot: &Lot) -> Option<Self> {
        Some(lot.mine.load(Ordering::Acquire)).filter(|&known| known != 0).map(Self)
    }

    pub fn is_mine(self, lot: &Lot) -> bool {
        self.0 != 0 && self.0 == lot.mine.load(Ordering::Acquire)
    }

    /// Whether that process is there. One that has just taken the place of a dead one, and not raised the generation yet, makes the dead
    /// one look alive for that moment.
    pub fn lives(self, lot: &Lot) -> bool {
        if self.is_mine(lot) {
            return true;
        }
        let generation = self.0 & GENERATIONS;
        if generation == 0 || Self::taken(lot).is_some_and(|mine| mine.place() == self.place()) {
            return false;
        }
        // What cannot be asked is not dead: its locks would be taken over while it runs.
        let locked = record_lock::is_locked(lot.fd(), self.place()).unwrap_or(true);
        locked && lot.generation(self.place()).load(Ordering::SeqCst) == generation
    }
}

/// With a higher number than the lot: at the end of the process the kernel closes descriptors in their order, so that its lock has gone
/// when the FIFO hangs up.
fn make_alive(lot: &Lot, holder: Holder) -> Result<OwnedFd, i32> {
    let path = lot.life_path(holder)?;
    let first = fifo::make(&path)?;
    // SAFETY: no memory is involved; the kernel has just made it.
    unsafe {
        let fd = checked(libc::fcntl(first.as_raw_fd(), libc::F_DUPFD_CLOEXEC, lot.fd() + 1))?;
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

pub fn remove_fifo(lot: &Lot, holder: Holder) {
    if let Ok(path) = lot.life_path(holder) {
        fifo::remove(&path);
    }
}
