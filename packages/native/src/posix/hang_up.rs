//! Noticing the end of other processes while asleep: the FIFO that each keeps open hangs up.

use super::fifo;
use super::holder::Holder;
use super::life;
use super::lot::Lot;
use crate::unix::backend::Expected;
use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::sync::{Arc, LazyLock, Mutex};

/// By lot and holder. A sleeper has its own count of what it polls, so none is closed under it.
type Open = HashMap<(usize, u32), Arc<OwnedFd>>;

static OPEN: LazyLock<Mutex<Open>> = LazyLock::new(|| Mutex::new(HashMap::new()));
/// More are closed, and opened again at the next sleep.
const MAX_OPEN: usize = 64;

/// What a sleeper polls for the owners of some life words.
pub struct HangUps {
    pub descriptors: Vec<Arc<OwnedFd>>,
    /// Whether there is one for each. Else they must be looked at now and then.
    pub are_complete: bool,
}

impl HangUps {
    /// Call `life::check` after this for each of them: what has ended before does not hang up.
    pub fn of(lot: &Lot, lives: &[Expected]) -> Self {
        let mut found = Self { descriptors: Vec::new(), are_complete: true };
        for life in lives {
            let Some(holder) = life::holder_of(&life.word) else { continue };
            if holder.is_mine(lot) {
                continue; // its threads mark their words themselves
            }
            match of_process(lot, holder) {
                Some(descriptor) if found.descriptors.iter().any(|other| Arc::ptr_eq(other, &descriptor)) => {}
                Some(descriptor) => found.descriptors.push(descriptor),
                None => found.are_complete = false,
            }
        }
        found
    }
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
    let opened = Arc::new(fifo::open(&lot.life_path(holder).ok()?, libc::O_RDONLY).ok()?);
    open.insert(key, opened.clone());
    Some(opened)
}

/// Closes what belongs to a process that has ended.
pub fn forget(lot: &Lot, holder: Holder) {
    OPEN.lock().unwrap().remove(&(std::ptr::from_ref(lot) as usize, holder.0));
}
