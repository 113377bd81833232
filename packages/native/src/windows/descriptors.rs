//! Descriptors with one owner each: the environment that opened it here, until it closes it. Node's C library has the numbers, and Node
//! exports functions that give a number to a handle, and tell the handle of a number.

use super::error::zero_or;
use super::file::open_as;
use super::handle::owned;
use super::symbol::symbol;
use crate::common::file_id::c_path;
use napi::sys;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_void;
use std::mem::transmute;
use std::os::windows::io::{IntoRawHandle, OwnedHandle};
use std::ptr::{null, null_mut};
use std::sync::Mutex;
use windows_sys::Win32::Foundation::{DUPLICATE_SAME_ACCESS, DuplicateHandle, HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Pipes::CreatePipe;
use windows_sys::Win32::System::Threading::GetCurrentProcess;

/// Never call into Node-API with this locked.
static OWNED: Mutex<BTreeMap<usize, BTreeSet<i32>>> = Mutex::new(BTreeMap::new());

type HandleOf = unsafe extern "C" fn(i32) -> HANDLE;
type NumberOf = unsafe extern "C" fn(HANDLE) -> i32;
type Close = unsafe extern "C" fn(event_loop: *mut c_void, request: *mut c_void, fd: i32, callback: *mut c_void) -> i32;
type CleanUp = unsafe extern "C" fn(request: *mut c_void);

/// More than any version of libuv takes for a request on files.
#[repr(C, align(16))]
struct Request([u8; 2048]);

/// The handle of a descriptor; it stays the descriptor's.
pub fn handle_of(fd: i32) -> Result<HANDLE, i32> {
    // SAFETY: the type is that of uv.h; a number that is not open is an answer of its own.
    let handle = unsafe { transmute::<*mut c_void, HandleOf>(symbol(c"uv_get_osfhandle").ok_or(-libc::ENOSYS)?)(fd) };
    const NO_STREAM: isize = -2;
    if handle == INVALID_HANDLE_VALUE || handle as isize == NO_STREAM || handle.is_null() { Err(-libc::EBADF) } else { Ok(handle) }
}

pub fn with_handle<T>(fd: i32, work: impl FnOnce(HANDLE) -> Result<T, i32>) -> Result<T, i32> {
    work(handle_of(fd)?)
}

/// Another handle of the same opening: it keeps the opening's locks.
pub fn duplicate_handle(handle: HANDLE) -> Result<OwnedHandle, i32> {
    let mut copy = null_mut();
    // SAFETY: `copy` is writable; a bad handle is an error.
    unsafe {
        let process = GetCurrentProcess();
        super::error::checked(DuplicateHandle(process, handle, process, &mut copy, 0, 0, DUPLICATE_SAME_ACCESS))?;
    }
    owned(copy)
}

pub fn open(env: sys::napi_env, path: String, flags: i32, _mode: u32) -> i32 {
    c_path(path).and_then(|path| own(env, open_as(&path, flags)?)).unwrap_or_else(|error| error)
}

/// A pipe, `[read, write]`; or `[-errno]`. Programs started from here inherit nothing of it.
pub fn make_pipe(env: sys::napi_env) -> Vec<i32> {
    try_make_pipe(env).unwrap_or_else(|error| vec![error])
}

fn try_make_pipe(env: sys::napi_env) -> Result<Vec<i32>, i32> {
    let (mut read, mut write) = (null_mut(), null_mut());
    // SAFETY: both are writable.
    super::error::checked(unsafe { CreatePipe(&mut read, &mut write, null(), 0) })?;
    let (read, write) = (owned(read)?, owned(write)?);
    let read = own(env, read)?;
    Ok(vec![read, own(env, write)?])
}

fn own(env: sys::napi_env, file: OwnedHandle) -> Result<i32, i32> {
    // SAFETY: as above; the number is the handle's owner from here on.
    let fd = unsafe {
        let number_of = transmute::<*mut c_void, NumberOf>(symbol(c"uv_open_osfhandle").ok_or(-libc::ENOSYS)?);
        number_of(file.into_raw_handle())
    };
    if fd < 0 {
        return Err(-libc::EMFILE); // the handle is lost: there is no number that would close it
    }
    let mut is_new = false;
    let add_environment = || {
        is_new = true;
        BTreeSet::new()
    };
    OWNED.lock().unwrap().entry(env as usize).or_insert_with(add_environment).insert(fd);
    if is_new {
        // SAFETY: the hook gets the env as an address only, and runs before the env is gone.
        unsafe { sys::napi_add_env_cleanup_hook(env, Some(environment_ended), env.cast()) };
    }
    Ok(fd)
}

/// Runs however the environment ends, at any instruction.
unsafe extern "C" fn environment_ended(env: *mut c_void) {
    let ended = OWNED.lock().unwrap().remove(&(env as usize));
    for fd in ended.into_iter().flatten() {
        close_number(fd);
    }
}

/// Closes a descriptor of this environment; `-EBADF` for any other, which stays open.
pub fn close(env: sys::napi_env, fd: i32) -> i32 {
    if OWNED.lock().unwrap().get_mut(&(env as usize)).is_some_and(|owned| owned.remove(&fd)) {
        close_number(fd);
        return 0;
    }
    -libc::EBADF
}

fn close_number(fd: i32) {
    let mut request = Request([0; 2048]);
    let address = (&raw mut request).cast();
    // SAFETY: the types are those of uv.h; without a callback it is done when the call returns, and needs no event loop.
    unsafe {
        let (Some(close), Some(clean_up)) = (symbol(c"uv_fs_close"), symbol(c"uv_fs_req_cleanup")) else { return };
        transmute::<*mut c_void, Close>(close)(null_mut(), address, fd, null_mut());
        transmute::<*mut c_void, CleanUp>(clean_up)(address);
    }
}

/// Calls `adopt`, which gives the descriptor to a stream of Node. The stream closes it from then on.
pub fn hand_over(env: sys::napi_env, fd: i32, adopt: sys::napi_value) -> i32 {
    let is_owned = |owned: &mut BTreeMap<usize, BTreeSet<i32>>| owned.get_mut(&(env as usize)).is_some_and(|owned| owned.remove(&fd));
    if !is_owned(&mut OWNED.lock().unwrap()) {
        return -libc::EBADF;
    }
    let (mut this, mut result) = (null_mut(), null_mut());
    // SAFETY: values of the running call. An exception stays pending, and is thrown when this returns.
    let status = unsafe {
        sys::napi_get_undefined(env, &mut this);
        sys::napi_call_function(env, this, adopt, 0, null(), &mut result)
    };
    if status != sys::Status::napi_ok {
        close_number(fd);
    }
    0
}

/// Programs get no other handles than those that are meant for them.
pub fn close_on_exec() -> i32 {
    0
}

pub fn duplicate(_from: i32, _to: i32) -> i32 {
    zero_or::<()>(Err(-libc::ENOSYS))
}
