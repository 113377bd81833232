//! Waiting for a word without sleeping.

use super::memory::table::word;
use crate::platform::clock::now;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;

const PAUSES: u32 = 20;

pub fn spin(segment: u32, offset: f64, expected: i32, micros: f64) -> i32 {
    let word = match word(segment, offset) {
        Ok(word) => word,
        Err(error) => return error,
    };
    if micros.is_nan() {
        return -libc::EINVAL;
    }
    let changed = || word.load(Ordering::SeqCst) != expected;
    if changed() {
        return 1;
    }
    // With one processor, the thread that changes the word cannot run until this one yields.
    if several_processors() {
        for _ in 0..PAUSES {
            std::hint::spin_loop();
            if changed() {
                return 1;
            }
        }
    }
    let end = now().saturating_add((micros * 1e3) as i64);
    while now() < end {
        std::thread::yield_now();
        if changed() {
            return 1;
        }
    }
    0
}

fn several_processors() -> bool {
    static SEVERAL: OnceLock<bool> = OnceLock::new();
    *SEVERAL.get_or_init(|| std::thread::available_parallelism().is_ok_and(|count| count.get() > 1))
}
