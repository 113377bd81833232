//! Sleeping, waking and knowing the dead where the kernel helps with neither: by a file that all processes map (the lot), locks that the
//! kernel drops at the end of a process, and FIFOs. Why no wake and no death is lost is argued in `docs/design/native-posix.md`.

#[cfg(unix)]
pub mod bell;
#[cfg(unix)]
mod fifo;
#[cfg(target_os = "linux")]
pub mod hang_up;
pub mod holder;
pub mod life;
pub mod lot;
#[cfg(unix)]
pub mod lot_file;
mod meeting;
#[cfg(unix)]
pub mod record_lock;
pub mod sleep;
mod sleeper;
mod wake;

use crate::common::backend::{Backend, Expected, Word};
use napi::sys;
use std::ffi::CString;

pub struct Posix;

impl Backend for Posix {
    fn name(&self) -> &'static str {
        if cfg!(windows) { "windows" } else { "posix" }
    }

    fn marks_lives(&self) -> bool {
        false
    }

    fn meet(&self, path: &CString, prefix: &str) -> Result<i32, i32> {
        meeting::meet(path, prefix)
    }

    fn sleep(&self, words: &[Expected], lives: &[Expected], deadline: i64) -> i32 {
        sleep::sleep(words, lives, deadline)
    }

    fn tells_ends(&self) -> bool {
        true
    }

    fn wake(&self, word: &Word, count: i32) -> i32 {
        wake::wake(word, count)
    }

    fn claim_life(&self, env: sys::napi_env, segment: u32, cell: f64) -> Result<i32, i32> {
        life::claim(env, segment, cell)
    }

    fn release_life(&self) -> i32 {
        life::release()
    }

    fn check_life(&self, life: &Word) -> i32 {
        life::check(life)
    }

    fn leave(&self) {
        meeting::leave();
    }

    fn remove_meeting(&self) {
        meeting::remove();
    }

    #[cfg(unix)]
    fn prefix(&self) -> Option<String> {
        meeting::current().map(|lot| lot.file_name())
    }
}
