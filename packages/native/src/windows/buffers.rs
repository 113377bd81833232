//! What of V8's buffers can be had on Windows: Node-API makes those over mapped files; the functions of V8 itself have other names and pointers.

use super::symbol::symbol;
use napi::sys;
use std::ffi::c_void;
use std::mem::transmute;

/// A class of buffers over memory of ours: none.
pub enum V8 {}

type Deleter = unsafe extern "C" fn(data: *mut c_void, byte_length: usize, hint: *mut c_void);

impl V8 {
    pub fn shared() -> Option<&'static Self> {
        None
    }

    /// # Safety
    /// There is none to call it on.
    pub unsafe fn new_buffer(&self, _data: *mut c_void, _byte_length: usize, _deleter: Deleter, _hint: *mut c_void) -> sys::napi_value {
        match *self {}
    }
}

/// Callers take memory of V8's own.
pub fn block(_env: sys::napi_env, _byte_length: f64) -> Option<sys::napi_value> {
    None
}

type CurrentIsolate = unsafe extern "C" fn() -> *mut c_void;
type Notify = unsafe extern "C" fn(*mut c_void);

pub fn collect_garbage() -> i32 {
    // SAFETY: called by Node-API, and no lock is held. The mangled names spell out the parameters: none, but the isolate.
    unsafe {
        let (current, notify) = (symbol(c"?GetCurrent@Isolate@v8@@SAPEAV12@XZ"), symbol(c"?LowMemoryNotification@Isolate@v8@@QEAAXXZ"));
        let (Some(current), Some(notify)) = (current, notify) else { return -libc::ENOSYS };
        transmute::<*mut c_void, Notify>(notify)(transmute::<*mut c_void, CurrentIsolate>(current)());
    }
    0
}
