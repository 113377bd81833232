//! Descriptors with one owner each: the environment that opened it here, until it closes it or hands it over.
//!
//! Node closes what a worker opened by `node:fs` by its number when the worker ends, even if the number then belongs to another file.
//! So descriptors that native code or a stream of Node closes are opened here, and never by `node:fs`.

use super::errno::{checked, zero_or};
use super::event_loop;
use super::file::id_of;
use crate::common::file_id::c_path;
use crate::platform;
use napi::sys;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::sync::Mutex;

/// By environment and number. An `OwnedFd` that is taken out is closed when it is dropped. Never call into Node-API with this locked.
static OWNED: Mutex<BTreeMap<usize, BTreeMap<i32, OwnedFd>>> = Mutex::new(BTreeMap::new());

pub fn open(env: sys::napi_env, path: String, flags: i32, mode: u32) -> i32 {
    let opened = c_path(path).and_then(|path| {
        // SAFETY: the path is valid for the call; what the kernel returns has no other owner.
        checked(unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC, mode) }).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
    });
    match opened {
        Ok(file) => own(env, file),
        Err(error) => error,
    }
}

/// A pipe, `[read, write]`, that programs started from here inherit only as their standard streams; or `[-errno]`.
pub fn make_pipe(env: sys::napi_env) -> Vec<i32> {
    match platform::pipe() {
        Ok(ends) => ends.map(|end| own(env, end)).to_vec(),
        Err(error) => vec![error],
    }
}

fn own(env: sys::napi_env, file: OwnedFd) -> i32 {
    let fd = file.as_raw_fd();
    let mut is_new = false;
    let add_environment = || {
        is_new = true;
        BTreeMap::new()
    };
    let stale = OWNED.lock().unwrap().entry(env as usize).or_insert_with(add_environment).insert(fd, file);
    // Other code has closed it, and the number now belongs to another file, which must stay open.
    let _ = stale.map(IntoRawFd::into_raw_fd);
    if is_new {
        // SAFETY: the hook gets the env as an address only, and runs before the env is gone.
        unsafe { sys::napi_add_env_cleanup_hook(env, Some(environment_ended), env.cast()) };
    }
    fd
}

/// Runs however the environment ends, at any instruction.
unsafe extern "C" fn environment_ended(env: *mut c_void) {
    let ended = OWNED.lock().unwrap().remove(&(env as usize));
    drop(ended);
}

fn take(env: sys::napi_env, fd: i32) -> Option<OwnedFd> {
    OWNED.lock().unwrap().get_mut(&(env as usize))?.remove(&fd)
}

/// Closes a descriptor of this environment; `-EBADF` for any other, which stays open.
pub fn close(env: sys::napi_env, fd: i32) -> i32 {
    if take(env, fd).is_some() { 0 } else { -libc::EBADF }
}

/// Calls `adopt`, which gives the descriptor to a stream of Node. The stream closes it from then on. The thread may be terminated
/// before, in or after that, so the event loop is asked which one owns it.
pub fn hand_over(env: sys::napi_env, fd: i32, adopt: sys::napi_value) -> i32 {
    if !OWNED.lock().unwrap().get(&(env as usize)).is_some_and(|owned| owned.contains_key(&fd)) {
        return -libc::EBADF;
    }
    let before = id_of(fd);
    let (mut this, mut result) = (std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: values of the running call. An exception stays pending, and is thrown when this returns.
    let status = unsafe {
        sys::napi_get_undefined(env, &mut this);
        sys::napi_call_function(env, this, adopt, 0, std::ptr::null(), &mut result)
    };
    let adopted = event_loop::has(env, fd).unwrap_or(status == sys::Status::napi_ok);
    let Some(file) = take(env, fd) else { return 0 };
    // A stream that adopted it and failed at once has closed it already: then the number belongs to another file.
    if adopted || before != id_of(fd) {
        let _ = file.into_raw_fd();
    }
    0
}

/// Makes `to` a duplicate of `from`, in one step: a writer never finds it closed.
pub fn duplicate(from: i32, to: i32) -> i32 {
    // SAFETY: no memory is involved.
    zero_or(checked(unsafe { libc::dup2(from, to) }))
}
