//! Reserving and giving back the pages of a part of a segment.

use super::files::open_again_for;
use crate::common::file_id::FileId;
use crate::common::memory::page_size;
use crate::common::memory::pages::{addresses, inner, outer};
use crate::common::memory::registry::REGISTRY;
use crate::unix::errno::{checked, last, zero_or};
use crate::unix::file::{id_of, open};
use std::ffi::CString;
use std::ops::Range;
use std::os::fd::{AsRawFd, OwnedFd};
use std::ptr::null_mut;
use std::sync::OnceLock;

pub fn reserve(segment: u32, offset: f64, byte_length: f64) -> i32 {
    zero_or(try_reserve(segment, offset, byte_length))
}

fn try_reserve(segment: u32, offset: f64, byte_length: f64) -> Result<i32, i32> {
    let range = addresses(segment, offset, byte_length)?;
    let touched = outer(&range);
    if touched.is_empty() {
        return Ok(0);
    }
    if !takes_advice() {
        return change_file(segment, 0, offset, byte_length);
    }
    // SAFETY: whole pages of the mapping; populating changes no content.
    match checked(unsafe { libc::madvise(touched.start as *mut _, touched.len(), libc::MADV_POPULATE_WRITE) }) {
        Ok(_) => Ok(0),
        // Kernels before 5.14.
        Err(error) if error == -libc::EINVAL => change_file(segment, 0, offset, byte_length),
        Err(error) => {
            let _ = remove(&inner(&range)); // the error that counts is the first
            Err(if error == -libc::EFAULT { -libc::ENOSPC } else { error })
        }
    }
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
    if takes_advice() {
        return remove(&pages);
    }
    let hole = libc::FALLOC_FL_PUNCH_HOLE | libc::FALLOC_FL_KEEP_SIZE;
    change_file(segment, hole, offset + (pages.start - range.start) as f64, pages.len() as f64).or_else(|_| {
        // SAFETY: whole pages of the mapping, which the caller says hold nothing. Their memory stays.
        unsafe { std::ptr::write_bytes(pages.start as *mut u8, 0, pages.len()) };
        Ok(0)
    })
}

fn remove(pages: &Range<usize>) -> Result<i32, i32> {
    if pages.is_empty() {
        return Ok(0);
    }
    // SAFETY: whole pages of the mapping, which the caller says hold nothing.
    checked(unsafe { libc::madvise(pages.start as *mut _, pages.len(), libc::MADV_REMOVE) })
}

/// Whether what is advised is done: qemu-user says so, and does nothing. Tried with a page of our own.
fn takes_advice() -> bool {
    static TAKES: OnceLock<bool> = OnceLock::new();
    *TAKES.get_or_init(|| {
        let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        // SAFETY: a page that is ours alone, and is unmapped here.
        unsafe {
            let page = libc::mmap(null_mut(), page_size(), access, flags, -1, 0);
            if page == libc::MAP_FAILED {
                return true;
            }
            let word = page.cast::<u32>();
            word.write_volatile(1);
            let refused = libc::madvise(page, page_size(), libc::MADV_REMOVE) == -1;
            let done = refused || word.read_volatile() == 0;
            libc::munmap(page, page_size());
            done
        }
    })
}

/// `fallocate`, for which the mapping has no descriptor: one is opened by the file's name, or again by one that this process has of it,
/// since a file that is being made has no name yet.
fn change_file(segment: u32, mode: i32, offset: f64, byte_length: f64) -> Result<i32, i32> {
    let (path, file) = {
        let mut registry = REGISTRY.lock().unwrap();
        let mapping = registry.of_segment(segment)?.1;
        (mapping.path.clone(), mapping.file)
    };
    let descriptor = open_as(&path, file).or_else(|| open_again_as(file)).ok_or(-libc::ENOTSUP)?;
    // SAFETY: no memory is involved. It takes back what it could not complete.
    let result = unsafe { libc::fallocate(descriptor.as_raw_fd(), mode, offset as libc::off_t, byte_length as libc::off_t) };
    if result == -1 { Err(last()) } else { Ok(0) }
}

/// None if another file has the name by now.
fn open_as(path: &CString, file: FileId) -> Option<OwnedFd> {
    open(path, libc::O_RDWR).ok().filter(|descriptor| id_of(descriptor.as_raw_fd()) == Ok(file))
}

fn open_again_as(file: FileId) -> Option<OwnedFd> {
    let descriptors = std::fs::read_dir("/proc/self/fd").ok()?;
    let mut numbers = descriptors.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let found = numbers.find(|&number| id_of(number) == Ok(file))?;
    open_again_for(found, libc::O_RDWR)
}
