use super::errno::{checked, last, zero_or};
use crate::common::file_id::{FileId, c_path};
use std::ffi::CString;
use std::mem::zeroed;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

pub fn status_of(fd: i32) -> Result<libc::stat, i32> {
    // SAFETY: `stat` is plain integers, for which all zeros is a value; fstat fills it.
    let mut status: libc::stat = unsafe { zeroed() };
    // SAFETY: `status` is writable for the length of the call.
    checked(unsafe { libc::fstat(fd, &mut status) })?;
    Ok(status)
}

// The fields' types differ between architectures and C libraries.
#[allow(clippy::unnecessary_cast)]
pub fn id_in(status: &libc::stat) -> FileId {
    FileId { volume: status.st_dev as u64, index: status.st_ino as u64 }
}

pub fn id_of(fd: i32) -> Result<FileId, i32> {
    status_of(fd).map(|status| id_in(&status))
}

/// Which file has that name.
pub fn id_at(path: &CString) -> Result<FileId, i32> {
    status_at(path).map(|status| id_in(&status))
}

/// Which regular file it is, and its length.
pub fn regular(fd: i32) -> Result<(FileId, u64), i32> {
    let status = status_of(fd)?;
    if !is_kind(&status, libc::S_IFREG) || status.st_size < 0 {
        return Err(-libc::EINVAL);
    }
    Ok((id_in(&status), status.st_size as u64))
}

pub fn status_at(path: &CString) -> Result<libc::stat, i32> {
    // SAFETY: as above.
    let mut status: libc::stat = unsafe { zeroed() };
    // SAFETY: both pointers are valid for the length of the call.
    checked(unsafe { libc::lstat(path.as_ptr(), &mut status) })?;
    Ok(status)
}

pub fn is_kind(status: &libc::stat, kind: libc::mode_t) -> bool {
    status.st_mode & libc::S_IFMT == kind
}

pub fn open(path: &CString, flags: i32) -> Result<OwnedFd, i32> {
    // O_NONBLOCK: opening a FIFO that another program put there must not hang.
    let flags = flags | libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK;
    // SAFETY: the path is valid; a descriptor that open returned has no other owner.
    checked(unsafe { libc::open(path.as_ptr(), flags) }).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Of a file that `remove` may get.
pub fn open_to_remove(path: &CString) -> Result<OwnedFd, i32> {
    open(path, libc::O_RDONLY)
}

pub fn regular_file(file: &OwnedFd) -> Result<FileId, i32> {
    regular(file.as_raw_fd()).map(|(id, _)| id)
}

/// Whether no other process has the file; from then on none gets it.
pub fn lock_alone(file: &OwnedFd) -> Result<bool, i32> {
    // SAFETY: a descriptor that we own.
    match checked(unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) }) {
        Ok(_) => Ok(true),
        Err(error) if error == -libc::EWOULDBLOCK => Ok(false),
        Err(error) => Err(error),
    }
}

pub fn first_word(file: &OwnedFd) -> Option<u32> {
    let mut word = [0u8; 4];
    // SAFETY: room for four bytes.
    let count = unsafe { libc::pread(file.as_raw_fd(), word.as_mut_ptr().cast(), word.len(), 0) };
    (count == 4).then(|| u32::from_le_bytes(word))
}

/// By its name, which is that of the file if the file is locked.
pub fn remove(_file: &OwnedFd, path: &CString) -> Result<(), i32> {
    // SAFETY: a valid path.
    checked(unsafe { libc::unlink(path.as_ptr()) }).map(drop)
}

pub fn lock(fd: i32, operation: i32) -> i32 {
    if ![libc::LOCK_SH, libc::LOCK_EX, libc::LOCK_UN].contains(&operation) {
        return -libc::EINVAL;
    }
    // SAFETY: no memory is involved; a bad descriptor is EBADF.
    zero_or(checked(unsafe { libc::flock(fd, operation | libc::LOCK_NB) }))
}

pub fn make_fifo(path: String) -> i32 {
    zero_or(c_path(path).and_then(|path| make_fifo_at(&path)))
}

pub fn make_fifo_at(path: &CString) -> Result<i32, i32> {
    // SAFETY: a valid path; so below.
    checked(unsafe { libc::mkfifo(path.as_ptr(), 0o600) })?;
    // The umask of the process may have taken the owner's rights away.
    checked(unsafe { libc::chmod(path.as_ptr(), 0o600) })
}

/// Without a reader the answer is `-EPIPE`, and no signal, because Node ignores SIGPIPE in the whole process from its start.
pub fn ring(fd: i32) -> i32 {
    // SAFETY: one byte of a static.
    if unsafe { libc::write(fd, [1u8].as_ptr().cast(), 1) } == 1 {
        return 0;
    }
    match last() {
        error if error == -libc::EAGAIN => 0, // full: it has been rung already
        error => error,
    }
}
