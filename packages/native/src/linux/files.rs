//! What Linux does with files and descriptors in ways of its own.

use crate::common::file_id::c_path;
use crate::unix::errno::{checked, last, zero_or};
use std::ffi::{CString, c_void};
use std::os::fd::{FromRawFd, OwnedFd};

/// Another description of the same open file, which holds no lock.
pub fn open_again(fd: i32) -> Option<OwnedFd> {
    open_again_for(fd, libc::O_RDONLY)
}

pub fn open_again_for(fd: i32, access: i32) -> Option<OwnedFd> {
    let path = CString::new(format!("/proc/self/fd/{fd}")).ok()?;
    // SAFETY: the path is valid; a descriptor that open returned has no other owner.
    checked(unsafe { libc::open(path.as_ptr(), access | libc::O_CLOEXEC) }).ok().map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

/// The lock on a file stays with its mapping: nothing else needs to keep it.
pub fn keep_lock(_fd: i32) -> Result<Option<OwnedFd>, i32> {
    Ok(None)
}

/// Fails where there is something of that name. By the system call: not every C library has a function for it.
pub fn rename(from: String, to: String) -> i32 {
    const NO_REPLACE: libc::c_uint = 1;
    zero_or(c_path(from).and_then(|from| {
        let to = c_path(to)?;
        // SAFETY: both paths are valid.
        let result = unsafe { libc::syscall(libc::SYS_renameat2, libc::AT_FDCWD, from.as_ptr(), libc::AT_FDCWD, to.as_ptr(), NO_REPLACE) };
        checked(result as i32)
    }))
}

/// Both ends closed in programs that are started from here.
pub fn pipe() -> Result<[OwnedFd; 2], i32> {
    let mut ends = [-1; 2];
    // SAFETY: room for two.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } == -1 {
        return Err(last());
    }
    // SAFETY: the kernel has just made them.
    Ok(ends.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }))
}

/// A child that is forked does not get that range of the memory. qemu-user refuses this advice since its version 11: there a child has it
/// until it becomes another program.
pub fn keep_from_children(base: *mut c_void, byte_length: usize) -> Result<(), i32> {
    // SAFETY: a range of a mapping; its content stays as it is.
    match checked(unsafe { libc::madvise(base, byte_length, libc::MADV_DONTFORK) }) {
        Err(error) if error != -libc::EINVAL => Err(error),
        _ => Ok(()),
    }
}

/// Nothing but the standard streams, and what is handed over by name, reaches the programs that are started from here. Node sets this flag
/// on what it opens; not on all that it has inherited.
pub fn close_on_exec() -> i32 {
    // SAFETY: no memory is involved. Kernels before 5.11 lack it.
    zero_or(checked(unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, CLOSE_RANGE_CLOEXEC) } as i32))
}

const CLOSE_RANGE_CLOEXEC: libc::c_uint = 4;

/// Gets memory for a range of a file, so that touching it cannot end in SIGBUS.
pub fn allocate(fd: i32, offset: usize, byte_length: usize) -> Result<(), i32> {
    // SAFETY: no memory is involved.
    match checked(unsafe { libc::fallocate(fd, 0, offset as libc::off_t, byte_length as libc::off_t) }) {
        Err(error) if error != -libc::EOPNOTSUPP => Err(error), // some file systems cannot promise it
        _ => Ok(()),
    }
}

/// The kernel's number of the calling thread; that of the process for its main thread.
pub fn thread_number() -> i32 {
    // SAFETY: no memory is involved.
    unsafe { libc::gettid() }
}

/// A number that all code of this process finds, and no other process: from the random bytes that the kernel gives to each program.
pub fn process_mark() -> u32 {
    // SAFETY: where there is one, it is the address of 16 bytes.
    unsafe {
        let random = libc::getauxval(libc::AT_RANDOM) as *const u32;
        if random.is_null() { libc::getpid() as u32 } else { random.read_unaligned() | 1 }
    }
}
