//! Removing a file that no process has.

use super::file_id::{FileId, c_path};
use crate::platform::Descriptor;
use crate::platform::file::{first_word, id_at, lock_alone, open_to_remove, regular_file, remove};
use std::ffi::CString;

/// Which file may be removed: the user's directory may hold other files under any name.
#[derive(Clone, Copy)]
pub enum Only {
    Any,
    /// The one that was mapped.
    File(FileId),
    /// One that begins with this word.
    Magic(u32),
}

impl Only {
    fn includes(self, file: &Descriptor, id: FileId) -> bool {
        match self {
            Self::Any => true,
            Self::File(meant) => id == meant,
            Self::Magic(magic) => first_word(file) == Some(magic),
        }
    }
}

pub fn reap(path: String, magic: Option<u32>) -> i32 {
    match c_path(path) {
        Ok(path) => reap_file(&path, magic.map_or(Only::Any, Only::Magic), || {}),
        Err(error) => error,
    }
}

/// Removes the file if no process has it. `alone` runs before that, while the exclusive lock keeps other processes out.
pub fn reap_file(path: &CString, only: Only, alone: impl FnOnce()) -> i32 {
    match try_reap(path, only, alone) {
        Ok(removed) => i32::from(removed),
        // Two last users leave at once, or two sweepers meet: one of them finds it gone.
        Err(error) if error == -libc::ENOENT => 0,
        Err(error) => error,
    }
}

fn try_reap(path: &CString, only: Only, alone: impl FnOnce()) -> Result<bool, i32> {
    let file = open_to_remove(path)?;
    let id = regular_file(&file)?;
    if !lock_alone(&file)? || !only.includes(&file, id) {
        return Ok(false);
    }
    // Between opening and locking another process may have removed the file and made another under the same name.
    if id_at(path)? != id {
        return Ok(false);
    }
    alone();
    remove(&file, path)?;
    Ok(true)
}
