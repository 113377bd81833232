//! What a file is known by, on every system.

use std::ffi::CString;

/// Identifies a file: two descriptors, or a descriptor and a path, may lead to the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId {
    /// The device or volume.
    pub volume: u64,
    /// Its number there: the inode.
    pub index: u64,
}

impl FileId {
    /// One number for both: what shares memory lies on one volume.
    pub fn key(&self) -> u64 {
        self.index ^ self.volume.rotate_left(40)
    }
}

pub fn c_path(path: String) -> Result<CString, i32> {
    CString::new(path).map_err(|_| -libc::EINVAL) // a NUL inside
}
