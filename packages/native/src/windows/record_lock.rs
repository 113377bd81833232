//! Locks on single bytes of a file. They belong to one opening of it, and the system drops them when the process ends.

use super::file::{try_lock_file, unlock_file};
use super::lot_file::LotFile;

/// Two copies of this library in a process have two openings, and so are kept apart by the locks themselves.
pub const OF_PROCESS: bool = false;

/// Locks a byte for this process, if no other has it. Never waits.
pub fn try_lock(file: LotFile, byte: usize) -> bool {
    try_lock_file(file.handle(), byte as u64, true).unwrap_or(false)
}

/// The process that has that byte locked, which is the one that wrote the `mark` beside it; `None` if none has. Found out by a shared lock,
/// which does not stop others from finding out as well, and by another opening, which this process's own lock stops.
pub fn owner(file: LotFile, byte: usize, mark: u32) -> Result<Option<i32>, i32> {
    if !try_lock_file(file.asker(), byte as u64, false)? {
        return Ok(Some(mark as i32));
    }
    unlock_file(file.asker(), byte as u64);
    Ok(None)
}
