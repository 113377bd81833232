//! A thread's place in the lot, from its first sleep to its end.

use super::holder::Holder;
use super::lot::{Lot, MAX_SLEEPERS, Sleeper};
use super::meeting;
use crate::common::backend::{Expected, Word};
use crate::platform::allocate;
use crate::platform::bell::{self, Bell};
use crate::platform::ends::Bed;
use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

// The words of a sleeper, all written by its own thread but where said:
//   STATE   what it does now, and in the bits above how often it has slept, so that a state that was seen never comes back:
//           AWAKE     it looks at its words before it sleeps
//           SLEEPING  it may be asleep; a waker that changes this to WOKEN, by compare-exchange, writes a byte to its FIFO
//           WOKEN     a byte is on its way. Written by that waker
//   HOLDER  the process, 0 if it is free. Claimed by compare-exchange from 0, or from a process that is dead
//   NONCE   a random number in the name of its FIFO: that of a dead sleeper leads nowhere
//   FILE, OFFSET  the word that it sleeps on, if that is a single one; wakes are counted for these only
//   MASK    a bit for each life word that it watches, and for each of several words: a hash, so that it is woken too often, never too rarely
// A crash leaves whatever was there, under a dead holder. The next claimer first makes the state AWAKE, by which all that was seen is void.
pub const AWAKE: u32 = 0;
pub const SLEEPING: u32 = 1;
pub const WOKEN: u32 = 2;
pub const PHASE: u32 = 3;
const SLEEP: u32 = 4;

pub struct Mine {
    lot: &'static Lot,
    index: usize,
    words: &'static Sleeper,
    pub bell: Bell,
    pub bed: Bed,
}

thread_local! {
    static MINE: RefCell<Option<Mine>> = const { RefCell::new(None) };
}

/// The sleepers of this process with their lots, for its end.
static ALL: Mutex<Vec<(&'static Lot, usize)>> = Mutex::new(Vec::new());

/// Runs `body` with the calling thread's sleeper; with none where no lot, no place, no memory or no descriptor is left.
pub fn with_mine<T>(body: impl FnOnce(Option<&Mine>) -> T) -> T {
    MINE.with_borrow_mut(|mine| {
        let lot = meeting::current();
        if mine.as_ref().is_some_and(|mine| lot.is_none_or(|lot| !std::ptr::eq(lot, mine.lot))) {
            *mine = None;
        }
        if mine.is_none() {
            *mine = lot.and_then(|lot| Mine::claim(lot).ok());
        }
        body(mine.as_ref())
    })
}

/// The thread will not sleep again.
pub fn drop_mine() {
    let _ = MINE.try_with(|mine| mine.borrow_mut().take());
}

pub fn remove_all() {
    drop_mine();
    let Ok(all) = ALL.try_lock() else { return };
    for (lot, index) in all.iter() {
        bell::remove(lot, *index, lot.sleeper(*index).nonce.load(Ordering::SeqCst));
    }
}

impl Mine {
    fn claim(lot: &'static Lot) -> Result<Self, i32> {
        let holder = Holder::mine(lot)?;
        for index in 0..MAX_SLEEPERS {
            if index >= lot.sleepers() {
                allocate(lot.file(), Lot::sleeper_at(index), size_of::<Sleeper>())?;
            }
            let words = lot.sleeper(index);
            let before = words.holder.load(Ordering::SeqCst);
            if before != 0 && Holder(before).lives(lot) {
                continue;
            }
            let stale = words.nonce.load(Ordering::SeqCst);
            if words.holder.compare_exchange(before, holder.0, Ordering::SeqCst, Ordering::SeqCst).is_err() {
                continue;
            }
            words.state.store(next(words.state.load(Ordering::SeqCst), AWAKE), Ordering::SeqCst);
            bell::remove(lot, index, stale);
            let made = make_bell(lot, index, words).and_then(|bell| Bed::of(&bell).map(|bed| (bell, bed)));
            let (bell, bed) = match made {
                Ok(made) => made,
                Err(error) => {
                    words.holder.store(0, Ordering::SeqCst);
                    return Err(error);
                }
            };
            lot.raise_sleepers(index + 1);
            ALL.lock().unwrap().push((lot, index));
            return Ok(Self { lot, index, words, bell, bed });
        }
        Err(-libc::EAGAIN)
    }

    /// From now on a waker of these words wakes this thread. Look at the words after this.
    pub fn lie_down(&self, words: &[Expected], lives: &[Expected]) {
        let (one, several): (Option<&Word>, &[Expected]) = match words {
            [only] => (Some(&only.word), &[]),
            _ => (None, words),
        };
        let mask = several.iter().chain(lives).fold(0, |mask, expected| mask | bit_of(&expected.word));
        self.words.file.store(one.map_or(0, |word| word.file), Ordering::Relaxed);
        self.words.offset.store(one.map_or(u64::MAX, |word| word.offset), Ordering::Relaxed);
        self.words.mask.store(mask, Ordering::Relaxed);
        let state = self.words.state.load(Ordering::Relaxed);
        self.words.state.store(next(state, SLEEPING), Ordering::SeqCst);
    }

    pub fn is_woken(&self) -> bool {
        self.words.state.load(Ordering::SeqCst) & PHASE == WOKEN
    }

    /// Wakers leave this thread alone from now on. Tells whether one has woken it.
    pub fn get_up(&self) -> bool {
        let state = self.words.state.load(Ordering::Relaxed);
        self.words.state.swap(next(state, AWAKE), Ordering::SeqCst) & PHASE == WOKEN
    }
}

impl Drop for Mine {
    fn drop(&mut self) {
        self.get_up();
        bell::remove(self.lot, self.index, self.words.nonce.load(Ordering::SeqCst));
        if let Ok(mut all) = ALL.lock() {
            all.retain(|(lot, index)| !std::ptr::eq(*lot, self.lot) || *index != self.index);
        }
        self.words.holder.store(0, Ordering::SeqCst);
    }
}

/// One sleep further, in that phase.
fn next(state: u32, phase: u32) -> u32 {
    (state & !PHASE).wrapping_add(SLEEP) | phase
}

/// The place of a word in a mask.
pub fn bit_of(word: &Word) -> u64 {
    1 << ((word.file ^ word.offset).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
}

fn make_bell(lot: &Lot, index: usize, words: &Sleeper) -> Result<Bell, i32> {
    let nonce = bell::nonce();
    words.nonce.store(nonce, Ordering::SeqCst);
    Bell::make(lot, index, nonce)
}
