//! What only Windows has: bells that are no files, and directories with security descriptors.

use super::Descriptor;
use napi::sys;
use std::ffi::{CStr, CString};

pub fn hear_bell(_env: sys::napi_env, _name: String, _on_ring: sys::napi_value) -> i32 {
    -libc::ENOSYS
}

pub fn keep_bell(_env: sys::napi_env, _bell: i32, _keeps: bool) -> i32 {
    -libc::ENOSYS
}

pub fn open_bell(_env: sys::napi_env, _name: String) -> i32 {
    -libc::ENOSYS
}

pub fn close_bell(_bell: i32) -> i32 {
    -libc::ENOSYS
}

pub fn make_directory(_path: String) -> i32 {
    -libc::ENOSYS
}

pub fn writers(_path: String) -> Vec<String> {
    Vec::new()
}

/// A file that has lost its name is gone when its last user is.
pub fn path_now(_file: &Descriptor, _known: &CStr) -> Option<CString> {
    None
}

pub fn security_of(_path: String) -> String {
    String::new()
}
