//! How many more files this process may map.
//!
//! The kernel limits the mappings of a process (`vm.max_map_count`), and V8 aborts when it gets none. So a part of them is never used
//! for segments. Counting reads all mappings of the process, so it is done when half of the rest at the last count has been used:
//! V8 and other code may have used some of it meanwhile.

/// How many are mapped before the first count; every limit allows as many.
const UNCOUNTED: usize = 1024;
/// How many are mapped after a failed count: without a free descriptor, or without `/proc`.
const UNCOUNTED_AGAIN: usize = 64;
const SMALLEST_RESERVE: usize = 512;

pub struct Room {
    left: usize,
}

impl Room {
    pub const fn new() -> Self {
        Self { left: UNCOUNTED }
    }

    /// Counts a mapping that is about to be made; `-ENOMEM` if only the reserve is left.
    pub fn take(&mut self) -> Result<(), i32> {
        if self.left == 0 {
            self.left = count().unwrap_or(UNCOUNTED_AGAIN);
        }
        if self.left == 0 {
            return Err(-libc::ENOMEM);
        }
        self.left -= 1;
        Ok(())
    }
}

/// Half of what may be used, rounded up, so that the last one is used as well.
fn count() -> Option<usize> {
    let limit: usize = std::fs::read_to_string("/proc/sys/vm/max_map_count").ok()?.trim().parse().ok()?;
    let used = std::fs::read("/proc/self/maps").ok()?.iter().filter(|&&byte| byte == b'\n').count();
    let reserve = (limit / 16).max(SMALLEST_RESERVE);
    Some(limit.saturating_sub(used + reserve).div_ceil(2))
}
