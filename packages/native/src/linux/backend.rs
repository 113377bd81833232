//! The kernel does it all: it keeps sleepers by the word, and marks the words of threads that end. Or POSIX, where it does not mark.

use super::{futex, life};
use crate::common::backend::{Backend, Expected, Word};
use crate::posix::Posix;
use napi::sys;
use std::ffi::CString;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

struct Futex;

impl Backend for Futex {
    fn name(&self) -> &'static str {
        "futex"
    }

    fn marks_lives(&self) -> bool {
        true
    }

    fn meet(&self, _path: &CString, _prefix: &str) -> Result<i32, i32> {
        Ok(0)
    }

    fn sleep(&self, words: &[Expected], lives: &[Expected], deadline: i64) -> i32 {
        let answer = futex::sleep(words, lives, deadline);
        // Of all that sleep on the life word of a thread that ends, the kernel wakes one: that one wakes the others.
        for life in lives.iter().filter(|life| life.has_changed()) {
            futex::wake(life.word.atomic, i32::MAX);
        }
        answer
    }

    fn tells_ends(&self) -> bool {
        futex::waitv_is_there()
    }

    fn wake(&self, word: &Word, count: i32) -> i32 {
        futex::wake(word.atomic, count)
    }

    fn claim_life(&self, _env: sys::napi_env, segment: u32, cell: f64) -> Result<i32, i32> {
        life::claim(segment, cell)
    }

    fn release_life(&self) -> i32 {
        life::release()
    }

    fn check_life(&self, life: &Word) -> i32 {
        let value = life.atomic.load(Ordering::SeqCst) as u32;
        i32::from(value != 0 && value & crate::common::life::OWNER_DIED == 0)
    }
}

/// Chosen once a process. Kernels without robust lists mark nothing: qemu-user, and Docker Desktop with a foreign architecture.
pub fn backend() -> &'static dyn Backend {
    static CHOSEN: OnceLock<&'static dyn Backend> = OnceLock::new();
    *CHOSEN.get_or_init(|| {
        let wants_posix = std::env::var_os("MULTIPROCESS_NATIVE").is_some_and(|value| value == "posix");
        if wants_posix || !life::is_possible() { &Posix } else { &Futex }
    })
}
