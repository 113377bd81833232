//! Functions of libuv in the running Node, looked up by name, so that the binary also loads without them.

use super::symbol::symbol;
use napi::sys;
use std::ffi::c_void;
use std::mem::transmute;
use std::ptr::null_mut;

type Walk = unsafe extern "C" fn(event_loop: *mut c_void, Visit, data: *mut c_void);
type Visit = unsafe extern "C" fn(handle: *mut c_void, data: *mut c_void);
type FileOf = unsafe extern "C" fn(handle: *mut c_void, fd: *mut i32) -> i32;
type GetLoop = unsafe extern "C" fn(sys::napi_env, *mut *mut c_void) -> sys::napi_status;

struct Search {
    file_of: FileOf,
    fd: i32,
    found: bool,
}

/// Whether a handle in the event loop of that environment has the descriptor; `None` if that is unknown. On its thread only.
pub fn has(env: sys::napi_env, fd: i32) -> Option<bool> {
    // SAFETY: the types are those of uv.h and node_api.h; the loop belongs to the calling thread.
    unsafe {
        let walk = transmute::<*mut c_void, Walk>(symbol(c"uv_walk")?);
        let file_of = transmute::<*mut c_void, FileOf>(symbol(c"uv_fileno")?);
        let get_loop = transmute::<*mut c_void, GetLoop>(symbol(c"napi_get_uv_event_loop")?);
        let mut event_loop = null_mut();
        if get_loop(env, &mut event_loop) != sys::Status::napi_ok {
            return None;
        }
        let mut search = Search { file_of, fd, found: false };
        walk(event_loop, visit, (&raw mut search).cast());
        Some(search.found)
    }
}

unsafe extern "C" fn visit(handle: *mut c_void, data: *mut c_void) {
    // SAFETY: called by `walk`, with the search that it was given; a handle without a descriptor, or one that is being closed, is an error.
    unsafe {
        let search = &mut *data.cast::<Search>();
        let mut fd = -1;
        search.found |= (search.file_of)(handle, &mut fd) == 0 && fd == search.fd;
    }
}
