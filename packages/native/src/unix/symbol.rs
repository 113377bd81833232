use std::ffi::{CStr, c_void};

/// A function of the running Node; `None` if it does not have it.
///
/// # Safety
/// The caller knows its type.
pub unsafe fn symbol(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: a NUL-terminated name.
    let address = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    if address.is_null() { None } else { Some(address) }
}
