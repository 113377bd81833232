//! A process by its place in the lot. The byte of that number in the file is locked while the process lives, so the kernel says whether it
//! does; the generation tells it from those that had the place before.

use super::lot::{Lot, PLACES};
use crate::platform::ends::{self, announce, withdraw};
use crate::platform::{allocate, process_mark, record_lock};
use std::sync::atomic::Ordering;

/// Place in the upper 12 bits, generation (1 or more) in the lower 20. 0 is no process.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Holder(pub u32);

const GENERATION_BITS: u32 = 20;
const GENERATIONS: u32 = (1 << GENERATION_BITS) - 1;

impl Holder {
    pub fn place(self) -> usize {
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
        allocate(lot.file(), Lot::place_at(0), size_of::<u64>())?; // a full disk is to be told from a full lot
        let (place, before) = (0..PLACES).find_map(|place| Self::take_place(lot, place)).ok_or(-libc::EAGAIN)?;
        let holder = Self::of(place, before % GENERATIONS + 1);
        withdraw(lot, Self::of(place, before));
        // Without it others look now and then, as where no descriptor is left.
        if let Some(alive) = announce(lot, holder) {
            let _ = lot.alive.set(alive);
        }
        lot.mine.store(holder.0, Ordering::Release);
        Ok(holder)
    }

    /// Answers with the generation before. Locked first, raised second: the process that had the place is dead from here on.
    fn take_place(lot: &Lot, place: usize) -> Option<(usize, u32)> {
        allocate(lot.file(), Lot::place_at(place), size_of::<u64>()).ok()?; // before it is touched
        let word = lot.place(place);
        let before = word.load(Ordering::SeqCst);
        // One that another copy of this library has in this process must not be locked once more: it would be ours as well. And a lock on
        // that of a dead process would bring it back to life until the generation is raised, so what is locked is also taken.
        if record_lock::OF_PROCESS && Self::mark(before) == process_mark() || !record_lock::try_lock(lot.file(), place) {
            return None;
        }
        let generation = before as u32 & GENERATIONS;
        let now = u64::from(process_mark()) << u32::BITS | u64::from(generation % GENERATIONS + 1);
        // It fails if another copy came first, in another thread.
        word.compare_exchange(before, now, Ordering::SeqCst, Ordering::SeqCst).ok()?;
        Some((place, generation))
    }

    fn of(place: usize, generation: u32) -> Self {
        Self((place as u32) << GENERATION_BITS | generation)
    }

    /// Which process has written that.
    fn mark(word: u64) -> u32 {
        (word >> u32::BITS) as u32
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
        match ends::state_of(lot, self) {
            Some(lives) => lives,
            None => self.has_lock(lot),
        }
    }

    /// The same, by its lock.
    pub fn has_lock(self, lot: &Lot) -> bool {
        let generation = self.0 & GENERATIONS;
        let is_last = |word: u64| generation != 0 && word as u32 & GENERATIONS == generation;
        let word = lot.place(self.place()).load(Ordering::SeqCst);
        if record_lock::OF_PROCESS && Self::mark(word) == process_mark() {
            return is_last(word); // of another copy of this library: the kernel does not tell a process its own locks
        }
        // What cannot be asked is not dead: its locks would be taken over while it runs.
        let locked = record_lock::owner(lot.file(), self.place(), Self::mark(word)).map_or(true, |owner| owner.is_some());
        locked && is_last(lot.place(self.place()).load(Ordering::SeqCst))
    }

    /// The mark of the process that has, or had last, the place.
    #[cfg(windows)]
    pub fn mark_in(self, lot: &Lot) -> u32 {
        Self::mark(lot.place(self.place()).load(Ordering::SeqCst))
    }
}
