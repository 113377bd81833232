//! The file of a lot, which stays open as long as the process lives, as the locks in it must.

use super::error::checked;
use super::file;
use super::handle::{owned, raw};
use super::mapped::map_handle;
use crate::common::file_id::FileId;
use std::ffi::CString;
use std::mem::zeroed;
use std::os::windows::io::{IntoRawHandle, OwnedHandle};
use windows_sys::Win32::Foundation::{GENERIC_READ, GENERIC_WRITE, HANDLE};
use windows_sys::Win32::Storage::FileSystem::{
    DELETE, FILE_END_OF_FILE_INFO, FileEndOfFileInfo, OPEN_ALWAYS, OPEN_EXISTING, ReOpenFile, SetFileInformationByHandle,
};

pub use file::id_at;

/// Two openings of it: one has this process's locks, the other asks for those of others. With one alone, a thread that asks for a lock of its own
/// process would get it, since an opening may share what it has exclusively, and give both back. As numbers, since threads share them.
#[derive(Clone, Copy)]
pub struct LotFile {
    holder: isize,
    asker: isize,
}

impl LotFile {
    pub fn handle(self) -> HANDLE {
        self.holder as HANDLE
    }

    pub fn asker(self) -> HANDLE {
        self.asker as HANDLE
    }
}

/// Opens it, or makes it.
pub fn open(path: &CString) -> Result<LotFile, i32> {
    let file = file::open(path, GENERIC_READ | GENERIC_WRITE, OPEN_ALWAYS)?;
    // SAFETY: an open handle; the same file, whatever has become of its name.
    let asker = owned(unsafe { ReOpenFile(raw(&file), GENERIC_READ, file::SHARED, 0) })?;
    let number = |handle: OwnedHandle| handle.into_raw_handle() as isize;
    Ok(LotFile { holder: number(file), asker: number(asker) })
}

pub fn id_of(file: LotFile) -> Result<FileId, i32> {
    file::regular_at(file.handle()).map(|(id, _)| id)
}

/// Says to those that sweep that this process has it: theirs is held for a moment. Answers with its length.
pub fn take(file: LotFile) -> Result<usize, i32> {
    let (_, byte_length) = file::regular_at(file.handle())?;
    file::take_shared(file.handle())?;
    Ok(byte_length as usize)
}

/// Makes it that long, and maps it for as long as the process lives.
pub fn map(file: LotFile, byte_length: usize) -> Result<usize, i32> {
    // SAFETY: plain integers; a structure of the class that is named.
    unsafe {
        let mut end: FILE_END_OF_FILE_INFO = zeroed();
        end.EndOfFile = byte_length as i64;
        let (_, now) = file::regular_at(file.handle())?;
        if now < byte_length as u64 {
            checked(SetFileInformationByHandle(file.handle(), FileEndOfFileInfo, (&raw const end).cast(), size_of_val(&end) as u32))?;
        }
    }
    map_handle(file.handle(), byte_length)
}

pub fn remove(path: &CString) {
    if let Ok(file) = file::open(path, DELETE, OPEN_EXISTING) {
        let _ = file::remove(&file, path);
    }
}
