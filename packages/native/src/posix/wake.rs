//! Waking: a look at every sleeper, and a byte for each that is meant.

use super::fifo;
use super::lot::Lot;
use super::meeting;
use super::sleeper::{PHASE, SLEEPING, WOKEN, bit_of};
use crate::unix::backend::Word;
use crate::unix::file::ring;
use std::collections::HashMap;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

/// Where this process begins to look: behind the sleeper that it woke last, so that each has its turn.
static TURN: AtomicUsize = AtomicUsize::new(0);

/// FIFOs of sleepers, open for writing, by lot, sleeper and nonce. Those of sleepers that have ended are closed when another one is opened.
type Bells = HashMap<(usize, usize, u32), OwnedFd>;

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
        let nonce = sleeper.nonce.load(Ordering::Relaxed);
        // What was read belongs to that state: a sleeper that has slept anew, or ended, has another.
        let won = sleeper.state.compare_exchange(state, state & !PHASE | WOKEN, Ordering::SeqCst, Ordering::SeqCst).is_ok();
        if won && reaches(lot, index, nonce) && is_one {
            woken += 1;
            TURN.store(index + 1, Ordering::Relaxed);
        }
    }
    woken
}

/// Writes a byte to a sleeper's FIFO. False if it is dead, and has not heard it.
fn reaches(lot: &Lot, index: usize, nonce: u32) -> bool {
    let mut bells = BELLS.lock().unwrap();
    let key = (std::ptr::from_ref(lot) as usize, index, nonce);
    if !bells.contains_key(&key) {
        bells.retain(|_, bell| has_reader(bell));
        if bells.len() >= MAX_BELLS {
            bells.clear();
        }
        let Ok(path) = lot.bell_path(index, nonce) else { return false };
        let opened = fifo::open(&path, libc::O_WRONLY).or_else(|error| {
            if error != -libc::EMFILE {
                return Err(error);
            }
            bells.clear();
            fifo::open(&path, libc::O_WRONLY)
        });
        let Ok(bell) = opened else { return false };
        bells.insert(key, bell);
    }
    let heard = bells.get(&key).is_some_and(|bell| ring(bell.as_raw_fd()) == 0);
    if !heard {
        bells.remove(&key);
    }
    heard
}

/// A write end reports an error once its last reader is gone: that sleeper has ended.
fn has_reader(bell: &OwnedFd) -> bool {
    let mut polled = libc::pollfd { fd: bell.as_raw_fd(), events: 0, revents: 0 };
    // SAFETY: one entry, valid for the call, which does not wait.
    unsafe { libc::poll(&mut polled, 1, 0) };
    polled.revents & (libc::POLLERR | libc::POLLHUP) == 0
}
