//! Files in the memory of this process.

use super::errno::last;
use crate::platform::keep_from_children;
use std::ffi::c_void;
use std::ptr::null_mut;

const ACCESS: i32 = libc::PROT_READ | libc::PROT_WRITE;

pub fn map(fd: i32, byte_length: usize) -> Result<usize, i32> {
    // SAFETY: the kernel chooses a free range; nothing that exists is touched.
    let base = unsafe { libc::mmap(null_mut(), byte_length, ACCESS, libc::MAP_SHARED, fd, 0) };
    if base == libc::MAP_FAILED {
        return Err(last());
    }
    // A forked child that never execs would keep the file locked after our death.
    if let Err(error) = keep_from_children(base, byte_length) {
        // SAFETY: the range just mapped; no other code has seen the address.
        unsafe { libc::munmap(base, byte_length) };
        return Err(error);
    }
    Ok(base as usize)
}

/// Puts private zeros in the place of a mapping.
pub fn replace(base: usize, byte_length: usize) -> Result<(), i32> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_FIXED;
    // SAFETY: MAP_FIXED over a range that is ours, in one step: no moment in which it is not mapped.
    let base = unsafe { libc::mmap(base as *mut c_void, byte_length, ACCESS, flags, -1, 0) };
    if base == libc::MAP_FAILED { Err(last()) } else { Ok(()) }
}

/// # Safety
/// A range of `map`, to which nothing refers any more.
pub unsafe fn unmap(base: usize, byte_length: usize) {
    // SAFETY: the caller's promise.
    unsafe { libc::munmap(base as *mut c_void, byte_length) };
}
