//! The doorbell of an event loop: an event with a name. A thread of the system waits for it, and has a function called in the loop.

use super::bell::{make_event, open_event};
use super::handle::raw;
use napi::sys;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::c_void;
use std::os::windows::io::OwnedHandle;
use std::ptr::null_mut;
use std::sync::{Arc, Mutex};
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::System::Threading::{INFINITE, RegisterWaitForSingleObject, SetEvent, UnregisterWaitEx, WT_EXECUTEDEFAULT};

struct Bell {
    env: usize,
    event: Arc<OwnedHandle>,
    heard: Option<Heard>,
}

/// What the event loop that listens has.
struct Heard {
    wait: HANDLE,
    function: sys::napi_threadsafe_function,
}
// SAFETY: a wait may be ended by any thread, and the function called by any.
unsafe impl Send for Heard {}

struct Bells {
    by_number: BTreeMap<i32, Bell>,
    last: i32,
    /// Environments that have a hook, which Node takes once only.
    environments: BTreeSet<usize>,
}

/// Those that this process listens to, and those that it rings, by numbers of ours. Never call into Node-API with this locked.
static BELLS: Mutex<Bells> = Mutex::new(Bells { by_number: BTreeMap::new(), last: 0, environments: BTreeSet::new() });

fn name_of(name: &str) -> String {
    format!("Global\\multiprocess-{name}")
}

fn add(env: sys::napi_env, event: OwnedHandle, heard: Option<Heard>) -> i32 {
    let (mut bells, env) = (BELLS.lock().unwrap(), env as usize);
    let is_new = bells.environments.insert(env);
    bells.last += 1;
    let number = bells.last;
    let is_heard = heard.is_some();
    bells.by_number.insert(number, Bell { env, event: Arc::new(event), heard });
    drop(bells);
    // SAFETY: the hooks get an address and a number only. They run in the reverse order: that of a bell that is heard before its function,
    // which was made before, is gone, whatever bells the environment had opened by then.
    unsafe {
        if is_heard {
            sys::napi_add_env_cleanup_hook(env as sys::napi_env, Some(hearer_ended), number as usize as *mut c_void);
        }
        if is_new {
            sys::napi_add_env_cleanup_hook(env as sys::napi_env, Some(environment_ended), env as *mut c_void);
        }
    }
    number
}

/// Makes the event of that name. From then on `on_ring` is called in the event loop whenever it has been set. The loop is not kept alive by that.
pub fn hear_bell(env: sys::napi_env, name: String, on_ring: sys::napi_value) -> i32 {
    try_hear(env, &name, on_ring).unwrap_or_else(|error| error)
}

fn try_hear(env: sys::napi_env, name: &str, on_ring: sys::napi_value) -> Result<i32, i32> {
    let event = make_event(&name_of(name))?;
    let (mut resource, mut function) = (null_mut(), null_mut());
    // SAFETY: values of the running call. One call waits in the loop at most: more would tell it nothing.
    let made = unsafe {
        sys::napi_create_string_utf8(env, c"multiprocess doorbell".as_ptr(), -1, &mut resource);
        sys::napi_create_threadsafe_function(env, on_ring, null_mut(), resource, 1, 1, null_mut(), None, null_mut(), None, &mut function)
    };
    if made != sys::Status::napi_ok {
        return Err(-libc::EAGAIN);
    }
    let mut wait = null_mut();
    // SAFETY: `wait` is writable. The event and the function stay until the wait is over.
    let is_waiting = unsafe {
        sys::napi_unref_threadsafe_function(env, function);
        RegisterWaitForSingleObject(&mut wait, raw(&event), Some(rung), function.cast(), INFINITE, WT_EXECUTEDEFAULT)
    };
    if is_waiting == 0 {
        // SAFETY: nothing calls it.
        unsafe { sys::napi_release_threadsafe_function(function, sys::ThreadsafeFunctionReleaseMode::abort) };
        return Err(-libc::EAGAIN);
    }
    Ok(add(env, event, Some(Heard { wait, function })))
}

unsafe extern "system" fn rung(function: *mut c_void, _timed_out: bool) {
    // SAFETY: the wait is over before the function is gone.
    unsafe { sys::napi_call_threadsafe_function(function.cast(), null_mut(), sys::ThreadsafeFunctionCallMode::nonblocking) };
}

/// Whether the event loop is kept alive by the bell that it hears.
pub fn keep_bell(env: sys::napi_env, number: i32, keeps: bool) -> i32 {
    let function = BELLS.lock().unwrap().by_number.get(&number).and_then(|bell| bell.heard.as_ref().map(|heard| heard.function as usize));
    let Some(function) = function else { return -libc::EBADF };
    let function = function as sys::napi_threadsafe_function;
    // SAFETY: of this environment, which is not over.
    unsafe {
        if keeps {
            sys::napi_ref_threadsafe_function(env, function);
        } else {
            sys::napi_unref_threadsafe_function(env, function);
        }
    }
    0
}

/// A bell that another thread hears, to ring it.
pub fn open_bell(env: sys::napi_env, name: String) -> i32 {
    open_event(&name_of(&name)).map_or_else(|error| error, |event| add(env, event, None))
}

/// One that is heard goes with its environment.
pub fn close_bell(number: i32) -> i32 {
    let mut bells = BELLS.lock().unwrap();
    match bells.by_number.get(&number) {
        None => -libc::EBADF,
        Some(bell) if bell.heard.is_some() => -libc::EBUSY,
        Some(_) => {
            bells.by_number.remove(&number);
            0
        }
    }
}

unsafe extern "C" fn hearer_ended(number: *mut c_void) {
    let ended = BELLS.lock().unwrap().by_number.remove(&(number as usize as i32));
    if let Some(bell) = ended {
        end(bell);
    }
}

fn end(bell: Bell) {
    if let Some(Heard { wait, .. }) = bell.heard {
        // SAFETY: a wait of ours. Returns when its function does not run any more.
        unsafe { UnregisterWaitEx(wait, INVALID_HANDLE_VALUE) };
    }
}

/// Runs however the environment ends, at any instruction: forgets the bells that it rang.
unsafe extern "C" fn environment_ended(env: *mut c_void) {
    let mut bells = BELLS.lock().unwrap();
    bells.environments.remove(&(env as usize));
    bells.by_number.retain(|_, bell| bell.env != env as usize || bell.heard.is_some());
}

pub fn ring(number: i32) -> i32 {
    let event = BELLS.lock().unwrap().by_number.get(&number).map(|bell| bell.event.clone());
    let Some(event) = event else { return -libc::EBADF };
    // SAFETY: an event that is open as long as this is here.
    unsafe { SetEvent(raw(&event)) };
    0
}

/// The bell of an event loop of this process, for the thread that watches the ends of others.
pub struct Ringer(Arc<OwnedHandle>);

impl Ringer {
    pub fn of(number: i32) -> Result<Self, i32> {
        let event = BELLS.lock().unwrap().by_number.get(&number).map(|bell| bell.event.clone());
        event.map(Self).ok_or(-libc::EBADF)
    }

    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub fn ring(&self) {
        // SAFETY: as above.
        unsafe { SetEvent(raw(&self.0)) };
    }
}
