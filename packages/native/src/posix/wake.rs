//! Waking: a look at every sleeper, and a byte for each that is meant.

use super::holder::Holder;
use super::lot::Lot;
use super::meeting;
use super::sleeper::{PHASE, SLEEPING, WOKEN, bit_of};
use crate::common::backend::Word;
use crate::platform::bell::Striker;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

/// Where this process begins to look: behind the sleeper that it woke last, so that each has its turn.
static TURN: AtomicUsize = AtomicUsize::new(0);

/// Bells of sleepers, open for ringing, by lot, sleeper and nonce. Those of sleepers that have ended are closed when another one is opened.
type Bells = HashMap<(usize, usize, u32), Striker>;

static BELLS: LazyLock<Mutex<Bells>> = LazyLock::new(|| Mutex::new(HashMap::new()));
/// More are closed, and opened again at the next wake.
const MAX_BELLS: usize = 64;

pub fn wake(word: &Word, count: i32) -> i32 {
    let Some(lot) = meeting::current() else { return 0 };
    let (sleepers, bit) = (lot.sleepers(), bit_of(word));
    let first = TURN.load(Ordering::Relaxed);
    let mut woken = 0;
    for step in 0..sleepers {
        let index = (first + step) % sleepers;
        let sleeper = lot.sleeper(index);
        let state = sleeper.state.load(Ordering::SeqCst);
        if state & PHASE != SLEEPING {
            continue;
        }
        let is_one = sleeper.offset.load(Ordering::Relaxed) == word.offset && sleeper.file.load(Ordering::Relaxed) == word.file;
        let is_meant = is_one && woken < count || sleeper.mask.load(Ordering::Relaxed) & bit != 0;
        if !is_meant {
            continue;
        }
        let (nonce, holder) = (sleeper.nonce.load(Ordering::Relaxed), Holder(sleeper.holder.load(Ordering::Relaxed)));
        // What was read belongs to that state: a sleeper that has slept anew, or ended, has another.
        let won = sleeper.state.compare_exchange(state, state & !PHASE | WOKEN, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if won && reaches(lot, index, nonce, holder) && is_one {
            woken += 1;
            TURN.store(index + 1, Ordering::Relaxed);
        }
    }
    woken
}

/// Writes a byte to a sleeper's FIFO. False if it is dead, and has not heard it.
fn reaches(lot: &Lot, index: usize, nonce: u32, holder: Holder) -> bool {
    let mut bells = BELLS.lock().unwrap();
    let key = (std::ptr::from_ref(lot) as usize, index, nonce);
    if !bells.contains_key(&key) {
        bells.retain(|_, bell| bell.has_hearer());
        if bells.len() >= MAX_BELLS {
            bells.clear();
        }
        let opened = Striker::open(lot, index, nonce, holder).or_else(|error| {
            if error != -libc::EMFILE {
                return Err(error);
            }
            bells.clear();
            Striker::open(lot, index, nonce, holder)
        });
        let Ok(bell) = opened else { return false };
        bells.insert(key, bell);
    }
    let heard = bells.get(&key).is_some_and(Striker::strike);
    if !heard {
        bells.remove(&key);
    }
    heard
}
