//! A `SharedArrayBuffer` over a mapping: by Node-API where Node has the function, else by V8's own, else an external `ArrayBuffer`.

use super::segments::{add_buffer, drop_buffer};
use super::v8::V8;
use napi::sys;
use std::ffi::c_void;
use std::mem::transmute;
use std::ptr::null_mut;
use std::sync::OnceLock;

type Finalize = unsafe extern "C" fn(data: *mut c_void, hint: *mut c_void);
type CreateShared = unsafe extern "C" fn(
    sys::napi_env,
    data: *mut c_void,
    byte_length: usize,
    Finalize,
    hint: *mut c_void,
    *mut sys::napi_value,
) -> sys::napi_status;

enum Way {
    NodeApi(Option<CreateShared>),
    V8(Option<&'static V8>),
    ArrayBuffer,
}

/// From Node 22.23.3, 24.16 and 26.1 on. Not in napi-sys: looked up, so that one binary serves them all.
fn node_api() -> Option<CreateShared> {
    // SAFETY: a NUL-terminated name; the type is that of `js_native_api.h`.
    unsafe {
        let address = libc::dlsym(libc::RTLD_DEFAULT, c"node_api_create_external_sharedarraybuffer".as_ptr());
        if address.is_null() { None } else { Some(transmute::<*mut c_void, CreateShared>(address)) }
    }
}

fn way() -> &'static Way {
    static WAY: OnceLock<Way> = OnceLock::new();
    WAY.get_or_init(|| match std::env::var("MULTIPROCESS_NATIVE_BUFFER").as_deref() {
        Ok("node-api") => Way::NodeApi(node_api()),
        Ok("v8") => Way::V8(V8::get()),
        Ok("array-buffer") => Way::ArrayBuffer,
        _ => node_api()
            .map(|create| Way::NodeApi(Some(create)))
            .or_else(|| V8::get().map(|v8| Way::V8(Some(v8))))
            .unwrap_or(Way::ArrayBuffer),
    })
}

pub fn way_name() -> &'static str {
    match way() {
        Way::NodeApi(_) => "node-api",
        Way::V8(_) => "v8",
        Way::ArrayBuffer => "array-buffer",
    }
}

/// The buffer, or `-errno` as a number: `-EINVAL` for no such segment, `-ENOTSUP` where the runtime forbids external memory or
/// lacks the function that was asked for.
pub fn buffer(env: sys::napi_env, segment: u32, offset: f64, byte_length: f64) -> sys::napi_value {
    try_buffer(env, segment, offset, byte_length).unwrap_or_else(|error| {
        let mut value = null_mut();
        // SAFETY: `env` is the env of the running call.
        unsafe { sys::napi_create_int32(env, error, &mut value) };
        value
    })
}

fn try_buffer(env: sys::napi_env, segment: u32, offset: f64, byte_length: f64) -> Result<sys::napi_value, i32> {
    let (id, base, byte_length) = add_buffer(segment, offset, byte_length)?;
    let hint = id as *mut c_void;
    let mut value = null_mut();
    // SAFETY: the memory stays mapped until the finalizer has counted this buffer down; `env` is the env of the running call.
    let status = unsafe {
        match way() {
            Way::NodeApi(Some(create)) => create(env, base, byte_length, collected, hint, &mut value),
            Way::V8(Some(v8)) => {
                value = v8.shared_array_buffer(base, byte_length, deleted, hint);
                sys::Status::napi_ok
            }
            Way::ArrayBuffer => sys::napi_create_external_arraybuffer(env, base, byte_length, Some(finalized), hint, &mut value),
            Way::NodeApi(None) | Way::V8(None) => sys::Status::napi_no_external_buffers_allowed,
        }
    };
    if status == sys::Status::napi_ok && !value.is_null() {
        return Ok(value);
    }
    drop_buffer(id);
    Err(if status == sys::Status::napi_no_external_buffers_allowed { -libc::ENOTSUP } else { -libc::EIO })
}

// The three say the same in the three types that are asked for. They run on any thread, and during a garbage collection.
unsafe extern "C" fn collected(_data: *mut c_void, hint: *mut c_void) {
    drop_buffer(hint as usize);
}

unsafe extern "C" fn deleted(_data: *mut c_void, _byte_length: usize, hint: *mut c_void) {
    drop_buffer(hint as usize);
}

unsafe extern "C" fn finalized(_env: sys::napi_env, _data: *mut c_void, hint: *mut c_void) {
    drop_buffer(hint as usize);
}
