use std::ffi::{CStr, c_void};
use std::ptr::null;
use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};

/// A function of the running Node; `None` if it does not have it.
///
/// # Safety
/// The caller knows its type.
pub unsafe fn symbol(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: a name that ends with a zero. Node's program is never unloaded.
    unsafe { GetProcAddress(GetModuleHandleW(null()), name.as_ptr().cast()) }.map(|found| found as *mut c_void)
}

/// The same, of a library that is loaded in every process.
///
/// # Safety
/// As above.
pub unsafe fn system_symbol(library: &str, name: &CStr) -> Option<*mut c_void> {
    let library = super::handle::wide(library);
    // SAFETY: names that end with a zero.
    unsafe { GetProcAddress(GetModuleHandleW(library.as_ptr()), name.as_ptr().cast()) }.map(|found| found as *mut c_void)
}
