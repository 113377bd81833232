//! Time that never goes back.

const NANOSECONDS: i64 = 1_000_000_000;

/// Nanoseconds on the clock that deadlines count on.
pub fn now() -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is writable.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut time) };
    time.tv_sec * NANOSECONDS + time.tv_nsec
}

pub fn time(nanoseconds: i64) -> libc::timespec {
    libc::timespec { tv_sec: nanoseconds / NANOSECONDS, tv_nsec: nanoseconds % NANOSECONDS }
}

/// Sleeps until then. False after a signal.
pub fn pause(end: i64) -> bool {
    let left = time((end - now()).max(0));
    // SAFETY: a time that lives through the call.
    unsafe { libc::nanosleep(&left, std::ptr::null_mut()) == 0 }
}
