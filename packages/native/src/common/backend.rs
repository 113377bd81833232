//! How threads sleep on words, and how they are known to have ended. A system has one way or several, and chooses one a process.

use super::memory::table;
use napi::sys;
use std::ffi::CString;
use std::sync::atomic::{AtomicI32, Ordering};

/// A word of a segment, in this process and by what all processes call it.
#[derive(Clone, Copy)]
pub struct Word {
    pub atomic: &'static AtomicI32,
    /// Names the file in which it is, and where in it.
    pub file: u64,
    pub offset: u64,
}

impl Word {
    pub fn at(segment: u32, offset: f64) -> Result<Self, i32> {
        let atomic = table::word(segment, offset)?;
        Ok(Self { atomic, file: table::file(segment), offset: offset as u64 })
    }

    pub fn load(&self) -> i32 {
        self.atomic.load(Ordering::SeqCst)
    }
}

/// A word, and what it holds while a sleeper sleeps on.
#[derive(Clone, Copy)]
pub struct Expected {
    pub word: Word,
    pub value: i32,
}

impl Expected {
    pub fn has_changed(&self) -> bool {
        self.word.load() != self.value
    }
}

/// Times are deadlines on the clock of `clock::now`. Each call may return early; each promise is in `native.ts`.
pub trait Backend: Sync {
    fn name(&self) -> &'static str;

    /// Whether a life word is marked when its thread ends, without being looked at.
    fn marks_lives(&self) -> bool;

    /// Uses the file at `path` to meet other processes, in this thread from now on. Names of FIFOs begin with `prefix`.
    fn meet(&self, path: &CString, prefix: &str) -> Result<i32, i32>;

    /// 0 woken or changed, 1 timed out.
    fn sleep(&self, words: &[Expected], lives: &[Expected], deadline: i64) -> i32;

    /// Whether a sleeper learns at once that one of several life words has changed.
    fn tells_ends(&self) -> bool;

    /// How many were woken.
    fn wake(&self, word: &Word, count: i32) -> i32;

    /// Answers with the bytes from the cell to the word that stands for the calling thread.
    fn claim_life(&self, env: sys::napi_env, segment: u32, cell: f64) -> Result<i32, i32>;

    fn release_life(&self) -> i32;

    /// 1 if the thread of that life word lives, 0 if it has ended.
    fn check_life(&self, life: &Word) -> i32;

    /// This process ends in order: what it alone has in the file system.
    fn leave(&self) {}

    /// The permanent segment of the threads that meet has gone: so may their meeting place.
    fn remove_meeting(&self) {}

    /// What else is beside that segment and goes with it has a name that begins so.
    #[cfg(unix)]
    fn prefix(&self) -> Option<String> {
        None
    }
}
