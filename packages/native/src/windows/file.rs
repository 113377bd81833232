//! Files as Windows has them: which one it is, its lock, and its removal.

use super::descriptors::{handle_of, with_handle};
use super::error::{checked, zero_or};
use super::handle::{owned, raw, wide_path};
use super::security::only_this_user;
use crate::common::file_id::{FileId, c_path};
use std::ffi::{CStr, CString};
use std::mem::zeroed;
use std::os::windows::io::OwnedHandle;
use std::ptr::{null, null_mut};
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, GENERIC_READ, GENERIC_WRITE, GetLastError, HANDLE, STATUS_DELETE_PENDING};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::*;
use windows_sys::Win32::System::IO::{DeviceIoControl, OVERLAPPED};
use windows_sys::Win32::System::Ioctl::FSCTL_SET_SPARSE;

/// Other programs may read, write, rename and remove it meanwhile, as they may elsewhere.
pub const SHARED: FILE_SHARE_MODE = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
/// Where the byte is that stands for the whole file: beyond all that is in it, since a lock keeps others from reading what it covers.
const LOCK_BYTE: u64 = 1 << 40;
pub const LONGEST_PATH: usize = 32_768;

fn status_of(handle: HANDLE) -> Result<BY_HANDLE_FILE_INFORMATION, i32> {
    // SAFETY: plain integers, for which all zeros is a value; the call fills it.
    unsafe {
        let mut status: BY_HANDLE_FILE_INFORMATION = zeroed();
        checked(GetFileInformationByHandle(handle, &mut status))?;
        Ok(status)
    }
}

fn id_in(status: &BY_HANDLE_FILE_INFORMATION) -> FileId {
    let index = u64::from(status.nFileIndexHigh) << 32 | u64::from(status.nFileIndexLow);
    FileId { volume: u64::from(status.dwVolumeSerialNumber), index }
}

/// Which regular file it is, and its length.
pub fn regular_at(handle: HANDLE) -> Result<(FileId, u64), i32> {
    let status = status_of(handle)?;
    if status.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT) != 0 {
        return Err(-libc::EINVAL);
    }
    Ok((id_in(&status), u64::from(status.nFileSizeHigh) << 32 | u64::from(status.nFileSizeLow)))
}

pub fn regular(fd: i32) -> Result<(FileId, u64), i32> {
    regular_at(handle_of(fd)?)
}

/// Which file has that name.
pub fn id_at(path: &CStr) -> Result<FileId, i32> {
    let file = open(path, FILE_READ_ATTRIBUTES, OPEN_EXISTING)?;
    status_of(raw(&file)).map(|status| id_in(&status))
}

/// Never follows a link. What is made belongs to this user alone, stays in memory if it can, and takes room only where it is written.
pub fn open(path: &CStr, access: u32, disposition: FILE_CREATION_DISPOSITION) -> Result<OwnedHandle, i32> {
    let makes = disposition != OPEN_EXISTING;
    let security = if makes { Some(only_this_user()?) } else { None };
    let attributes = if makes { FILE_ATTRIBUTE_TEMPORARY | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED } else { 0 };
    let flags = attributes | FILE_FLAG_OPEN_REPARSE_POINT;
    let security = security.as_ref().map_or(null(), |security: &SECURITY_ATTRIBUTES| &raw const *security);
    let path = wide_path(path);
    // SAFETY: a path that ends with a zero; attributes that live through the call.
    let opened = owned(unsafe { CreateFileW(path.as_ptr(), access, SHARED, security, disposition, flags, null_mut()) });
    // SAFETY: no memory is involved.
    let file = opened.map_err(|error| if unsafe { is_being_removed() } { -libc::ENOENT } else { error })?;
    if makes {
        let mut length = 0;
        // SAFETY: no input, no output. File systems without holes refuse it: then the whole file takes room.
        unsafe { DeviceIoControl(raw(&file), FSCTL_SET_SPARSE, null(), 0, null_mut(), 0, &mut length, null_mut()) };
    }
    Ok(file)
}

#[link(name = "ntdll")]
unsafe extern "system" {
    fn RtlGetLastNtStatus() -> i32;
}

/// Whether the call before has failed because the file has been removed, and a handle of it is still open.
unsafe fn is_being_removed() -> bool {
    // SAFETY: they only read what this thread's last call has left.
    unsafe { GetLastError() == ERROR_ACCESS_DENIED && RtlGetLastNtStatus() == STATUS_DELETE_PENDING }
}

/// As `open(2)` does, with the flags that Node has for it on Windows.
pub fn open_as(path: &CStr, flags: i32) -> Result<OwnedHandle, i32> {
    let access = match flags & (libc::O_RDONLY | libc::O_WRONLY | libc::O_RDWR) {
        libc::O_RDONLY => GENERIC_READ,
        libc::O_WRONLY => GENERIC_WRITE,
        _ => GENERIC_READ | GENERIC_WRITE,
    };
    let disposition = match (flags & libc::O_CREAT != 0, flags & libc::O_EXCL != 0) {
        (true, true) => CREATE_NEW,
        (true, false) => OPEN_ALWAYS,
        _ => OPEN_EXISTING,
    };
    open(path, access, disposition)
}

/// Of a file that `remove` may get.
pub fn open_to_remove(path: &CStr) -> Result<OwnedHandle, i32> {
    open(path, GENERIC_READ | DELETE, OPEN_EXISTING)
}

pub fn regular_file(file: &OwnedHandle) -> Result<FileId, i32> {
    regular_at(raw(file)).map(|(id, _)| id)
}

/// Whether no other process has the file; from then on none gets it.
pub fn lock_alone(file: &OwnedHandle) -> Result<bool, i32> {
    try_lock_file(raw(file), LOCK_BYTE, true)
}

pub fn first_word(file: &OwnedHandle) -> Option<u32> {
    let (mut word, mut count) = ([0u8; 4], 0);
    // SAFETY: room for four bytes.
    let read = unsafe { ReadFile(raw(file), word.as_mut_ptr(), 4, &mut count, null_mut()) };
    (read != 0 && count == 4).then(|| u32::from_le_bytes(word))
}

/// By its handle, so that it is this very file. Where the file system can, its name is free as soon as that handle is closed; else when the last
/// of all is.
pub fn remove(file: &OwnedHandle, _path: &CStr) -> Result<(), i32> {
    let flags = FILE_DISPOSITION_FLAG_DELETE | FILE_DISPOSITION_FLAG_POSIX_SEMANTICS | FILE_DISPOSITION_FLAG_IGNORE_READONLY_ATTRIBUTE;
    let disposition = FILE_DISPOSITION_INFO_EX { Flags: flags };
    let old = FILE_DISPOSITION_INFO { DeleteFile: true };
    // SAFETY: structures of the classes that are named, which live through the calls.
    unsafe {
        let (information, length) = ((&raw const disposition).cast(), size_of_val(&disposition) as u32);
        if SetFileInformationByHandle(raw(file), FileDispositionInfoEx, information, length) != 0 {
            return Ok(());
        }
        checked(SetFileInformationByHandle(raw(file), FileDispositionInfo, (&raw const old).cast(), size_of_val(&old) as u32))
    }
}

fn place_of(byte: u64) -> OVERLAPPED {
    // SAFETY: plain integers and a null handle.
    let mut place: OVERLAPPED = unsafe { zeroed() };
    place.Anonymous.Anonymous.Offset = byte as u32;
    place.Anonymous.Anonymous.OffsetHigh = (byte >> 32) as u32;
    place
}

/// Locks a byte of a file for this opening of it, if no other has it. Never waits.
pub fn try_lock_file(file: HANDLE, byte: u64, exclusive: bool) -> Result<bool, i32> {
    let flags = LOCKFILE_FAIL_IMMEDIATELY | if exclusive { LOCKFILE_EXCLUSIVE_LOCK } else { 0 };
    // SAFETY: the place lives through the call, which does not wait.
    match checked(unsafe { LockFileEx(file, flags, 0, 1, 0, &mut place_of(byte)) }) {
        Ok(()) => Ok(true),
        Err(error) if error == -libc::EAGAIN => Ok(false),
        Err(error) => Err(error),
    }
}

pub fn unlock_file(file: HANDLE, byte: u64) {
    // SAFETY: as above.
    unsafe { UnlockFileEx(file, 0, 1, 0, &mut place_of(byte)) };
}

/// Keeps the shared lock by which others know that a process has the file.
pub fn take_shared(file: HANDLE) -> Result<bool, i32> {
    try_lock_file(file, LOCK_BYTE, false)
}

const LOCK_SHARED: i32 = 1;
const LOCK_EXCLUSIVE: i32 = 2;
const UNLOCK: i32 = 8;

pub fn lock(fd: i32, operation: i32) -> i32 {
    zero_or(with_handle(fd, |file| match operation {
        LOCK_SHARED | LOCK_EXCLUSIVE => match try_lock_file(file, LOCK_BYTE, operation == LOCK_EXCLUSIVE)? {
            true => Ok(()),
            false => Err(-libc::EAGAIN),
        },
        UNLOCK => {
            unlock_file(file, LOCK_BYTE);
            Ok(())
        }
        _ => Err(-libc::EINVAL),
    }))
}

/// Where an open file is by now, if it is not at the path that is known: one that has lost its name to JavaScript has got another, since it cannot
/// be removed while it is mapped. Wine tells the path by which it was opened: there a sweeper removes it.
pub fn path_now(file: &OwnedHandle, known: &CStr) -> Option<CString> {
    let id = regular_file(file).ok()?;
    // A path leads to the volume that it did before; Wine tells none of a file that has been renamed.
    if id_at(known).is_ok_and(|found| found.index == id.index) {
        return None;
    }
    let mut path = vec![0u16; LONGEST_PATH];
    // SAFETY: room for that many characters.
    let length = unsafe { GetFinalPathNameByHandleW(raw(file), path.as_mut_ptr(), LONGEST_PATH as u32, 0) } as usize;
    CString::new(String::from_utf16(path.get(..length)?).ok()?).ok().filter(|path| !path.is_empty())
}

/// Fails where there is something of that name.
pub fn rename(from: String, to: String) -> i32 {
    zero_or(c_path(from).and_then(|from| {
        let (from, to) = (wide_path(&from), wide_path(&c_path(to)?));
        // SAFETY: paths that end with a zero.
        checked(unsafe { MoveFileExW(from.as_ptr(), to.as_ptr(), 0) })
    }))
}

/// What a directory that this toolkit has made is known by: one of the user's stays when the last process has gone.
const MADE_BY_US: u32 = FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;

pub fn make_directory(path: String) -> i32 {
    zero_or(c_path(path).and_then(|path| {
        let (path, security) = (wide_path(&path), super::security::directory_of_this_user()?);
        // SAFETY: a path that ends with a zero; attributes that live through the call.
        unsafe {
            checked(CreateDirectoryW(path.as_ptr(), &security))?;
            SetFileAttributesW(path.as_ptr(), MADE_BY_US);
        }
        Ok(())
    }))
}

pub fn was_made_by_us(path: &[u16]) -> bool {
    // SAFETY: a path that ends with a zero.
    let attributes = unsafe { GetFileAttributesW(path.as_ptr()) };
    attributes != INVALID_FILE_ATTRIBUTES && attributes & MADE_BY_US != 0
}
