//! The file of a lot, which is opened once a process and never closed: closing any descriptor of it would drop the locks.

use crate::common::file_id::FileId;
use crate::unix::errno::{checked, last};
use crate::unix::file::{id_in, is_kind, status_of};
use std::ffi::CString;
use std::ptr::null_mut;

pub use crate::unix::file::id_of;

/// A descriptor.
pub type LotFile = i32;

const OWNER_ONLY: libc::mode_t = 0o600;
/// The same for `open`, which takes it widened.
const MADE_WITH: libc::c_uint = 0o600;

/// Which file that path leads to.
pub fn id_at(path: &CString) -> Result<FileId, i32> {
    // SAFETY: plain integers, for which all zeros is a value; stat fills it. Both pointers are valid for the call.
    unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        checked(libc::stat(path.as_ptr(), &mut status))?;
        Ok(id_in(&status))
    }
}

/// Opens it, or makes it.
pub fn open(path: &CString) -> Result<LotFile, i32> {
    // O_NONBLOCK: opening a FIFO that another program put there must not hang. Only a path in /proc may be a link.
    let follow = if path.as_bytes().starts_with(b"/proc/") { 0 } else { libc::O_NOFOLLOW };
    let flags = libc::O_RDWR | libc::O_CREAT | libc::O_NONBLOCK | libc::O_CLOEXEC | follow;
    // SAFETY: a valid path.
    checked(unsafe { libc::open(path.as_ptr(), flags, MADE_WITH) })
}

/// Says to those that sweep that this process has it: theirs is held for a moment. Answers with its length.
pub fn take(fd: LotFile) -> Result<usize, i32> {
    let status = status_of(fd)?;
    // Anything else that has the name is not ours to change.
    if !is_kind(&status, libc::S_IFREG) {
        return Err(-libc::EINVAL);
    }
    if status.st_mode & OWNER_ONLY != OWNER_ONLY {
        // SAFETY: no memory is involved. Whatever the umask of who has made it.
        checked(unsafe { libc::fchmod(fd, OWNER_ONLY) })?;
    }
    // SAFETY: no memory is involved.
    checked(unsafe { libc::flock(fd, libc::LOCK_SH) })?;
    Ok(status.st_size as usize)
}

/// Makes it that long, and maps it for as long as the process lives.
pub fn map(fd: LotFile, byte_length: usize) -> Result<usize, i32> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a file of ours; it grows or stays as it is, and the mapping is a new one.
    let base = unsafe {
        if libc::ftruncate(fd, byte_length as libc::off_t) == -1 {
            return Err(last());
        }
        libc::mmap(null_mut(), byte_length, access, libc::MAP_SHARED, fd, 0)
    };
    if base == libc::MAP_FAILED { Err(last()) } else { Ok(base as usize) }
}

pub fn remove(path: &CString) {
    super::fifo::remove(path);
}
