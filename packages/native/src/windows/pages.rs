//! Reserving and giving back the pages of a part of a segment.

use super::error::checked;
use super::error::zero_or;
use super::file::LONGEST_PATH;
use super::handle::{raw, wide};
use super::lot_file::LotFile;
use crate::common::memory::page_size;
use crate::common::memory::pages::{addresses, inner, outer};
use crate::common::memory::touch::{file_of, touch};
use std::mem::zeroed;
use std::os::windows::io::OwnedHandle;
use std::ptr::null_mut;
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Storage::FileSystem::{GetDiskFreeSpaceExW, GetFinalPathNameByHandleW};
use windows_sys::Win32::System::IO::DeviceIoControl;
use windows_sys::Win32::System::Ioctl::{FILE_ZERO_DATA_INFORMATION, FSCTL_SET_ZERO_DATA};

/// Whether the volume has room for that many bytes more. A page of a file that is touched stays in memory until it is written to the disk.
pub fn allocate(file: LotFile, _offset: usize, byte_length: usize) -> Result<(), i32> {
    has_room(file.handle(), byte_length)
}

fn has_room(file: HANDLE, byte_length: usize) -> Result<(), i32> {
    let mut path = vec![0u16; LONGEST_PATH];
    // SAFETY: room for that many characters.
    let length = unsafe { GetFinalPathNameByHandleW(file, path.as_mut_ptr(), LONGEST_PATH as u32, 0) } as usize;
    let Some(end) = path.get(..length).and_then(|path| path.iter().rposition(|&unit| unit == u16::from(b'\\'))) else { return Ok(()) };
    let directory = wide(&String::from_utf16_lossy(&path[..=end]));
    let mut free = 0;
    // SAFETY: a path that ends with a zero; `free` is writable.
    checked(unsafe { GetDiskFreeSpaceExW(directory.as_ptr(), &mut free, null_mut(), null_mut()) })?;
    if free < byte_length as u64 { Err(-libc::ENOSPC) } else { Ok(()) }
}

pub fn reserve(segment: u32, offset: f64, byte_length: f64) -> i32 {
    zero_or(try_reserve(segment, offset, byte_length))
}

/// Less than this is not asked for: a volume that is that full breaks other things first.
const WORTH_ASKING: usize = 64 * 1024;

fn try_reserve(segment: u32, offset: f64, byte_length: f64) -> Result<(), i32> {
    let range = addresses(segment, offset, byte_length)?;
    if range.len() >= WORTH_ASKING
        && let Some(file) = file_of(segment)?
    {
        has_room(raw(&file), range.len())?;
    }
    touch(outer(&range));
    Ok(())
}

pub fn give_back(segment: u32, offset: f64, byte_length: f64) -> i32 {
    zero_or(try_give_back(segment, offset, byte_length))
}

fn try_give_back(segment: u32, offset: f64, byte_length: f64) -> Result<(), i32> {
    let range = addresses(segment, offset, byte_length)?;
    let pages = inner(&range);
    if pages.is_empty() {
        return Ok(());
    }
    let start = offset as usize + (pages.start - range.start);
    if !file_of(segment)?.is_some_and(|file| is_punched(&file, start, pages.len())) {
        pages.step_by(page_size()).for_each(clear);
    }
    Ok(())
}

/// Its memory stays. A page that holds nothing may be a hole, which would take room once it is written to.
fn clear(page: usize) {
    // SAFETY: a whole page of the mapping, which the caller says holds nothing.
    let bytes = unsafe { std::slice::from_raw_parts_mut(page as *mut u64, page_size() / size_of::<u64>()) };
    if bytes.iter().any(|&bytes| bytes != 0) {
        bytes.fill(0);
    }
}

/// Windows refuses that for pages that a process has in its memory.
fn is_punched(file: &OwnedHandle, start: usize, byte_length: usize) -> bool {
    // SAFETY: plain integers; a structure that belongs to the call, which writes nothing.
    unsafe {
        let mut hole: FILE_ZERO_DATA_INFORMATION = zeroed();
        hole.FileOffset = start as i64;
        hole.BeyondFinalZero = (start + byte_length) as i64;
        let (input, size, mut length) = ((&raw const hole).cast(), size_of_val(&hole) as u32, 0);
        DeviceIoControl(raw(file), FSCTL_SET_ZERO_DATA, input, size, null_mut(), 0, &mut length, null_mut()) != 0
    }
}
