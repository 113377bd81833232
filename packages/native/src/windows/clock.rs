//! Time that never goes back.

use std::sync::OnceLock;
use windows_sys::Win32::System::Performance::{QueryPerformanceCounter, QueryPerformanceFrequency};
use windows_sys::Win32::System::Threading::Sleep;

const NANOSECONDS: i128 = 1_000_000_000;
const NANOSECONDS_OF_ONE_MS: i64 = 1_000_000;
/// Windows takes this for ever.
const INFINITE: u32 = u32::MAX;

/// Nanoseconds on the clock that deadlines count on.
pub fn now() -> i64 {
    static FREQUENCY: OnceLock<i64> = OnceLock::new();
    let mut counts = 0;
    // SAFETY: both are writable; they cannot fail.
    unsafe {
        let frequency = *FREQUENCY.get_or_init(|| {
            let mut frequency = 1;
            QueryPerformanceFrequency(&mut frequency);
            frequency
        });
        QueryPerformanceCounter(&mut counts);
        (i128::from(counts) * NANOSECONDS / i128::from(frequency)) as i64
    }
}

/// What is left until then, in the milliseconds that waits take: never less, and never for ever, which each caller's loop makes up for.
pub fn milliseconds_to(end: i64) -> u32 {
    let left = end.saturating_sub(now()).max(0);
    let rounded = left / NANOSECONDS_OF_ONE_MS + i64::from(left % NANOSECONDS_OF_ONE_MS != 0);
    rounded.min(i64::from(INFINITE - 1)) as u32
}

/// Sleeps until then. There are no signals that could end it.
pub fn pause(end: i64) -> bool {
    // SAFETY: no memory is involved.
    unsafe { Sleep(milliseconds_to(end)) };
    true
}
