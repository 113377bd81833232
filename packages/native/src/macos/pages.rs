//! Reserving and giving back the pages of a part of a segment.

use crate::common::memory::pages::{addresses, inner, outer};
use crate::common::memory::touch::{file_of, touch};
use crate::unix::errno::{checked, zero_or};
use std::mem::zeroed;
use std::os::fd::{AsRawFd, OwnedFd};

/// Whether the file system has room for that many bytes more. Touching a page of a mapped file never fails here for want of room: it is
/// missed when the page is written to the disk, and until then the page stays in memory. The kernel can get room only behind the end of a
/// file (F_PREALLOCATE), and not for a hole in it.
pub fn allocate(fd: i32, _offset: usize, byte_length: usize) -> Result<(), i32> {
    // SAFETY: plain integers, for which all zeros is a value; fstatfs fills it.
    let mut system: libc::statfs = unsafe { zeroed() };
    // SAFETY: `system` is writable.
    checked(unsafe { libc::fstatfs(fd, &mut system) })?;
    let free = system.f_bavail.saturating_mul(u64::from(system.f_bsize));
    if free < byte_length as u64 { Err(-libc::ENOSPC) } else { Ok(()) }
}

pub fn reserve(segment: u32, offset: f64, byte_length: f64) -> i32 {
    zero_or(try_reserve(segment, offset, byte_length))
}

fn try_reserve(segment: u32, offset: f64, byte_length: f64) -> Result<i32, i32> {
    let range = addresses(segment, offset, byte_length)?;
    if let Some(file) = file_of(segment)? {
        allocate(file.as_raw_fd(), 0, range.len())?;
    }
    touch(outer(&range));
    Ok(0)
}

pub fn give_back(segment: u32, offset: f64, byte_length: f64) -> i32 {
    zero_or(try_give_back(segment, offset, byte_length))
}

fn try_give_back(segment: u32, offset: f64, byte_length: f64) -> Result<i32, i32> {
    let range = addresses(segment, offset, byte_length)?;
    let pages = inner(&range);
    if pages.is_empty() {
        return Ok(0);
    }
    let start = offset as usize + (pages.start - range.start);
    let hole = libc::fpunchhole_t { fp_flags: 0, reserved: 0, fp_offset: start as libc::off_t, fp_length: pages.len() as libc::off_t };
    // SAFETY: the hole lives through the call; whole pages, which are whole blocks of the file system.
    let is_punched = |descriptor: OwnedFd| unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_PUNCHHOLE, &hole) != -1 };
    if !file_of(segment)?.is_some_and(is_punched) {
        // SAFETY: whole pages of the mapping, which the caller says hold nothing. Their memory stays.
        unsafe { std::ptr::write_bytes(pages.start as *mut u8, 0, pages.len()) };
    }
    Ok(0)
}
