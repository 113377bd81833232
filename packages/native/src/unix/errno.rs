use crate::platform::errno_place;

/// The `errno` of this thread's last failed call, negated.
pub fn last() -> i32 {
    // SAFETY: libc's own thread-local, valid for the life of the thread.
    -unsafe { *errno_place() }
}

/// For calls that return -1 and set `errno`.
pub fn checked(result: i32) -> Result<i32, i32> {
    if result == -1 { Err(last()) } else { Ok(result) }
}

/// For functions that answer with 0 or `-errno`.
pub fn zero_or(result: Result<i32, i32>) -> i32 {
    result.map_or_else(|error| error, |_| 0)
}
