//! Reserving and giving back the pages of a part of a segment.

use crate::common::memory::page_size;
use crate::common::memory::registry::REGISTRY;
use crate::common::memory::table;
use crate::unix::errno::{checked, zero_or};
use std::mem::zeroed;
use std::ops::Range;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicU32, Ordering};

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
    if let Some(descriptor) = descriptor_of(segment)? {
        allocate(descriptor.as_raw_fd(), 0, range.len())?;
    }
    for page in (down(range.start)..up(range.end)).step_by(page_size()) {
        touch(page);
    }
    Ok(0)
}

/// Writes what is there: the page is ours from then on, and no content changes.
fn touch(page: usize) {
    // SAFETY: the first word of a page of the mapping. Other processes write it: only as atomics.
    let word = unsafe { AtomicU32::from_ptr(page as *mut u32) };
    let value = word.load(Ordering::Relaxed);
    // If it fails, another has written. Not an addition of 0, which compilers turn into a load.
    let _ = word.compare_exchange(value, value, Ordering::Relaxed, Ordering::Relaxed);
}

pub fn give_back(segment: u32, offset: f64, byte_length: f64) -> i32 {
    zero_or(try_give_back(segment, offset, byte_length))
}

fn try_give_back(segment: u32, offset: f64, byte_length: f64) -> Result<i32, i32> {
    let range = addresses(segment, offset, byte_length)?;
    let pages = up(range.start)..down(range.end);
    if pages.is_empty() {
        return Ok(0);
    }
    let start = offset as usize + (pages.start - range.start);
    let hole = libc::fpunchhole_t { fp_flags: 0, reserved: 0, fp_offset: start as libc::off_t, fp_length: pages.len() as libc::off_t };
    // SAFETY: the hole lives through the call; whole pages, which are whole blocks of the file system.
    let is_punched = |descriptor: OwnedFd| unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_PUNCHHOLE, &hole) != -1 };
    if !descriptor_of(segment)?.is_some_and(is_punched) {
        // SAFETY: whole pages of the mapping, which the caller says hold nothing. Their memory stays.
        unsafe { std::ptr::write_bytes(pages.start as *mut u8, 0, pages.len()) };
    }
    Ok(0)
}

/// None if no descriptor is left.
fn descriptor_of(segment: u32) -> Result<Option<OwnedFd>, i32> {
    let mut registry = REGISTRY.lock().unwrap();
    let mapping = registry.of_segment(segment)?.1;
    Ok(mapping.descriptor.as_ref().and_then(|descriptor| descriptor.try_clone().ok()))
}

fn addresses(segment: u32, offset: f64, byte_length: f64) -> Result<Range<usize>, i32> {
    let byte_length = table::integer(byte_length)?;
    let start = table::range(segment, offset, byte_length, 1)? as usize;
    Ok(start..start + byte_length)
}

fn down(address: usize) -> usize {
    address - address % page_size()
}

fn up(address: usize) -> usize {
    down(address + page_size() - 1)
}
