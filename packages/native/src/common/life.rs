//! Life words: where they may be, which of them are this process's, and what is asked of the backend.

use super::backend::Word;
use super::file_id::c_path;
use super::memory::page_size;
use super::memory::registry::REGISTRY;
use super::memory::table;
use crate::platform::backend;
use napi::sys;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

// A cell is 8 bytes near the end of a page of the segment, 8 or 24 before it, with a page behind it in which the file has nothing.
pub const CELL: usize = 8;
const CELLS_BEFORE_END: [usize; 2] = [8, 24];

/// Set by us, from the claim on: without it the kernel marks the word, but wakes no thread.
pub const WAITERS: u32 = 0x8000_0000;
pub const OWNER_DIED: u32 = 0x4000_0000;
pub const THREAD: u32 = 0x3fff_ffff;

/// The life words claimed by this process, with the thread that each stands for; some of those threads may have ended.
static CLAIMED: Mutex<Vec<(u32, &'static AtomicU32)>> = Mutex::new(Vec::new());

pub fn meet(path: String, prefix: String) -> i32 {
    c_path(path).and_then(|path| backend().meet(&path, &prefix)).unwrap_or_else(|error| error)
}

pub fn claim_life(env: sys::napi_env, segment: u32, cell: f64) -> i32 {
    backend().claim_life(env, segment, cell).unwrap_or_else(|error| error)
}

pub fn release_life() -> i32 {
    backend().release_life()
}

pub fn check_life(segment: u32, offset: f64) -> i32 {
    Word::at(segment, offset).map_or_else(|error| error, |life| backend().check_life(&life))
}

/// The address of a cell, which must be in a permanent segment, and that of the page behind it.
pub fn cell_at(segment: u32, offset: f64) -> Result<(usize, usize), i32> {
    let at = table::integer(offset)?;
    let to_end = page_size() - at % page_size();
    if !CELLS_BEFORE_END.contains(&to_end) {
        return Err(-libc::EINVAL);
    }
    let cell = table::range(segment, offset, to_end + page_size(), CELL)? as usize;
    // A word could not be marked if its memory was unmapped before the thread ended.
    if !REGISTRY.lock().unwrap().of_segment(segment)?.1.permanent {
        return Err(-libc::EINVAL);
    }
    Ok((cell, cell + to_end))
}

pub fn note_claim(thread: u32, word: &'static AtomicU32) {
    let mut claimed = CLAIMED.lock().unwrap();
    claimed.retain(|(thread, word)| lives(*thread, word));
    claimed.push((thread, word));
}

pub fn note_end(word: &AtomicU32) {
    CLAIMED.lock().unwrap().retain(|(_, other)| !std::ptr::eq(*other, word));
}

/// Whether a thread of this process other than `thread` holds a life word.
#[cfg(unix)] // elsewhere all others are over when a process ends
pub fn others_live(thread: u32) -> bool {
    // Another thread has it locked, so there is one that lives.
    let Ok(claimed) = CLAIMED.try_lock() else { return true };
    claimed.iter().any(|(other, word)| *other != thread && lives(*other, word))
}

fn lives(thread: u32, word: &AtomicU32) -> bool {
    let value = word.load(Ordering::SeqCst);
    value & THREAD == thread && value & OWNER_DIED == 0
}
