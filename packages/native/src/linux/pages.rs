//! Getting and giving back the pages behind a part of a segment.

use crate::unix::errno::{checked, last, zero_or};
use crate::unix::file::{FileId, open, status_of};
use crate::unix::memory::page_size;
use crate::unix::memory::registry::REGISTRY;
use crate::unix::memory::table;
use std::ops::Range;
use std::os::fd::AsRawFd;

pub fn reserve(segment: u32, offset: f64, byte_length: f64) -> i32 {
    zero_or(try_reserve(segment, offset, byte_length))
}

fn try_reserve(segment: u32, offset: f64, byte_length: f64) -> Result<i32, i32> {
    let range = addresses(segment, offset, byte_length)?;
    let touched = down(range.start)..up(range.end);
    if touched.is_empty() {
        return Ok(0);
    }
    // SAFETY: whole pages of the mapping; populating changes no content.
    match checked(unsafe { libc::madvise(touched.start as *mut _, touched.len(), libc::MADV_POPULATE_WRITE) }) {
        Ok(_) => Ok(0),
        // Kernels before 5.14.
        Err(error) if error == -libc::EINVAL => allocate(segment, offset, byte_length),
        Err(error) => {
            let _ = remove(range); // the error that counts is the first
            Err(if error == -libc::EFAULT { -libc::ENOSPC } else { error })
        }
    }
}

pub fn give_back(segment: u32, offset: f64, byte_length: f64) -> i32 {
    zero_or(addresses(segment, offset, byte_length).and_then(remove))
}

fn addresses(segment: u32, offset: f64, byte_length: f64) -> Result<Range<usize>, i32> {
    let byte_length = table::integer(byte_length)?;
    let start = table::range(segment, offset, byte_length, 1)? as usize;
    Ok(start..start + byte_length)
}

/// Whole pages inside the range only: what is beside it in its first and last page is not ours to clear.
fn remove(range: Range<usize>) -> Result<i32, i32> {
    let (start, end) = (up(range.start), down(range.end));
    if start >= end {
        return Ok(0);
    }
    // SAFETY: whole pages of the mapping, which the caller says hold nothing.
    checked(unsafe { libc::madvise(start as *mut _, end - start, libc::MADV_REMOVE) })
}

fn allocate(segment: u32, offset: f64, byte_length: f64) -> Result<i32, i32> {
    let (path, file) = {
        let mut registry = REGISTRY.lock().unwrap();
        let mapping = registry.of_segment(segment)?.1;
        (mapping.path.clone(), mapping.file)
    };
    if path.is_empty() {
        return Err(-libc::ENOTSUP);
    }
    let descriptor = open(&path, libc::O_RDWR)?;
    if FileId::of(&status_of(descriptor.as_raw_fd())?) != file {
        return Err(-libc::ESTALE); // replaced by another file of that name
    }
    // SAFETY: no memory is involved. It takes back what it could not complete.
    let result = unsafe { libc::fallocate(descriptor.as_raw_fd(), 0, offset as libc::off_t, byte_length as libc::off_t) };
    if result == -1 { Err(last()) } else { Ok(0) }
}

fn down(address: usize) -> usize {
    address - address % page_size()
}

fn up(address: usize) -> usize {
    down(address + page_size() - 1)
}
