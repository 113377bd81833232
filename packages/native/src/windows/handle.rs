//! Handles with an owner, and names as Windows takes them.

use super::error::last;
use std::ffi::CStr;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};

/// Longer paths need a prefix, by which Windows takes them as they are.
const LONG: usize = 240;

/// What a call has returned, if it has not failed.
pub fn owned(handle: HANDLE) -> Result<OwnedHandle, i32> {
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(last());
    }
    // SAFETY: what the system has just made has no other owner.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

pub fn raw(handle: &OwnedHandle) -> HANDLE {
    handle.as_raw_handle()
}

pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// A path that came from JavaScript.
pub fn wide_path(path: &CStr) -> Vec<u16> {
    let path = path.to_string_lossy().replace('/', "\\");
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    if path.len() >= LONG && is_drive { wide(&format!("\\\\?\\{path}")) } else { wide(&path) }
}
