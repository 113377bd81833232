use super::errno::{checked, last, zero_or};
use std::ffi::CString;
use std::mem::zeroed;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Identifies a file: two descriptors, or a descriptor and a path, may lead to the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    pub fn inode(&self) -> u64 {
        self.inode
    }

    /// One number for both: what shares memory lies on one device.
    pub fn key(&self) -> u64 {
        self.inode ^ self.device.rotate_left(40)
    }

    // The fields' types differ between architectures and C libraries.
    #[allow(clippy::unnecessary_cast)]
    pub fn of(status: &libc::stat) -> Self {
        Self { device: status.st_dev as u64, inode: status.st_ino as u64 }
    }
}

pub fn c_path(path: String) -> Result<CString, i32> {
    CString::new(path).map_err(|_| -libc::EINVAL) // a NUL inside
}

pub fn status_of(fd: i32) -> Result<libc::stat, i32> {
    // SAFETY: `stat` is plain integers, for which all zeros is a value; fstat fills it.
    let mut status: libc::stat = unsafe { zeroed() };
    // SAFETY: `status` is writable for the length of the call.
    checked(unsafe { libc::fstat(fd, &mut status) })?;
    Ok(status)
}

/// Which regular file it is, and its length.
pub fn regular(fd: i32) -> Result<(FileId, u64), i32> {
    let status = status_of(fd)?;
    if !is_kind(&status, libc::S_IFREG) || status.st_size < 0 {
        return Err(-libc::EINVAL);
    }
    Ok((FileId::of(&status), status.st_size as u64))
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

/// Which file may be removed: the user's directory may hold other files under any name.
#[derive(Clone, Copy)]
pub enum Only {
    Any,
    /// The one that was mapped.
    File(FileId),
    /// One that begins with this word.
    Magic(u32),
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
    let file = open(path, libc::O_RDONLY)?;
    let opened = status_of(file.as_raw_fd())?;
    if !is_kind(&opened, libc::S_IFREG) {
        return Err(-libc::EINVAL);
    }
    // SAFETY: a descriptor that we own.
    if unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) } == -1 {
        let error = last();
        return if error == -libc::EWOULDBLOCK { Ok(false) } else { Err(error) };
    }
    if !is_meant(&file, &opened, only) {
        return Ok(false);
    }
    // Between open and flock another process may have removed the file and made another under the same name.
    if FileId::of(&opened) != FileId::of(&status_at(path)?) {
        return Ok(false);
    }
    alone();
    // SAFETY: a valid path.
    checked(unsafe { libc::unlink(path.as_ptr()) })?;
    Ok(true)
}

fn is_meant(file: &OwnedFd, status: &libc::stat, only: Only) -> bool {
    match only {
        Only::Any => true,
        Only::File(id) => FileId::of(status) == id,
        Only::Magic(magic) => {
            let mut word = [0u8; 4];
            // SAFETY: room for four bytes.
            let count = unsafe { libc::pread(file.as_raw_fd(), word.as_mut_ptr().cast(), word.len(), 0) };
            count == 4 && u32::from_le_bytes(word) == magic
        }
    }
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
