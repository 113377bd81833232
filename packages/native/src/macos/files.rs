//! What macOS does with files and descriptors in ways of its own.

use super::processes::descriptor_limit;
use crate::common::file_id::c_path;
use crate::unix::errno::{checked, last, zero_or};
use std::ffi::c_void;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// Of the descriptors that a process may have, so many are not taken for segments; and at least a sixteenth.
const FEWEST_FOR_OTHERS: f64 = 64.0;

/// Other processes cannot reach a descriptor of this one.
pub fn open_again(_fd: i32) -> Option<OwnedFd> {
    None
}

/// A lock goes with the last descriptor of its opening, whatever is mapped: so one stays with the mapping.
pub fn keep_lock(fd: i32) -> Result<Option<OwnedFd>, i32> {
    // SAFETY: the caller has it open for the length of the call.
    let kept = unsafe { BorrowedFd::borrow_raw(fd) }.try_clone_to_owned().map_err(|error| -error.raw_os_error().unwrap_or(libc::EMFILE))?;
    let limit = descriptor_limit();
    // The kernel gives the lowest number that is free, so it tells how many there are.
    if f64::from(kept.as_raw_fd()) >= limit - (limit / 16.0).max(FEWEST_FOR_OTHERS) {
        return Err(-libc::EMFILE);
    }
    Ok(Some(kept))
}

/// Fails where there is something of that name.
pub fn rename(from: String, to: String) -> i32 {
    zero_or(c_path(from).and_then(|from| {
        let to = c_path(to)?;
        // SAFETY: both paths are valid.
        checked(unsafe { libc::renamex_np(from.as_ptr(), to.as_ptr(), libc::RENAME_EXCL) })
    }))
}

/// Both ends closed in programs that are started from here. One that native code starts in the moment between gets them; Node's do not,
/// since libuv has all closed that it does not name.
pub fn pipe() -> Result<[OwnedFd; 2], i32> {
    let mut numbers = [-1; 2];
    // SAFETY: room for two.
    if unsafe { libc::pipe(numbers.as_mut_ptr()) } == -1 {
        return Err(last());
    }
    // SAFETY: the kernel has just made them.
    let ends = numbers.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
    for end in &ends {
        close_in_programs(end.as_raw_fd())?;
    }
    Ok(ends)
}

/// A child that is forked does not get that range of the memory.
pub fn keep_from_children(base: *mut c_void, byte_length: usize) -> Result<(), i32> {
    // SAFETY: a range of a mapping; its content stays as it is.
    checked(unsafe { libc::minherit(base, byte_length, libc::VM_INHERIT_NONE) }).map(|_| ())
}

/// Nothing but the standard streams, and what is handed over by name, reaches the programs that are started from here. Node sets this flag
/// on what it opens; not on all that it has inherited.
pub fn close_on_exec() -> i32 {
    const STANDARD: std::ops::RangeInclusive<i32> = 0..=2;
    let Ok(entries) = std::fs::read_dir("/dev/fd") else { return -libc::EMFILE };
    let open: Vec<i32> = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    for fd in open.into_iter().filter(|fd| !STANDARD.contains(fd)) {
        let _ = close_in_programs(fd); // one that has been closed meanwhile, as that of the folder has
    }
    0
}

fn close_in_programs(fd: i32) -> Result<i32, i32> {
    // SAFETY: no memory is involved.
    checked(unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) })
}
