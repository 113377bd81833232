//! Tells an event loop that its FIFO has bytes, where the runtime's own streams cannot read a FIFO: one thread for each loop, asleep in poll.

use super::errno::checked;
use super::file::ring;
use super::helper_thread;
use napi::sys;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::{null, null_mut};
use std::sync::{Arc, Mutex};

/// As many rings as are read at once; what is left over is read in the next turn.
const RINGS: usize = 64;

/// The way into an event loop; none once its environment has ended. The thread calls it under this lock, so the environment waits for that.
type Entrance = Mutex<Option<Function>>;

struct Function(sys::napi_threadsafe_function);
// SAFETY: made to be called on any thread.
unsafe impl Send for Function {}

struct Bell {
    /// A descriptor of our own, so that it is open as long as this is here.
    fifo: OwnedFd,
    entrance: Entrance,
}

static BELLS: Mutex<BTreeMap<usize, Arc<Bell>>> = Mutex::new(BTreeMap::new());

/// `fd` is a FIFO open for reading and writing that does not block. Calls `on_ring` from the event loop after bytes were written to it.
pub fn listen(env: sys::napi_env, fd: i32, on_ring: sys::napi_value) -> i32 {
    try_listen(env, fd, on_ring).map_or_else(|error| error, |()| 0)
}

fn try_listen(env: sys::napi_env, fd: i32, on_ring: sys::napi_value) -> Result<(), i32> {
    if BELLS.lock().unwrap().contains_key(&(env as usize)) {
        return Err(-libc::EEXIST);
    }
    // SAFETY: no memory is involved; what the kernel returns has no other owner.
    let fifo = unsafe { OwnedFd::from_raw_fd(checked(libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0))?) };
    let bell = Arc::new(Bell { fifo, entrance: Mutex::new(Some(entrance(env, on_ring)?)) });
    let same = Arc::clone(&bell);
    if !helper_thread::start(move || same.watch()) {
        return Err(-libc::EAGAIN);
    }
    BELLS.lock().unwrap().insert(env as usize, bell);
    // SAFETY: the hook gets the env as an address only, and runs before the env is gone, and before what it called into is.
    unsafe { sys::napi_add_env_cleanup_hook(env, Some(environment_ended), env.cast()) };
    Ok(())
}

/// A queue of one: a call that is under way looks at all that has changed. It does not keep the event loop alive.
fn entrance(env: sys::napi_env, on_ring: sys::napi_value) -> Result<Function, i32> {
    let mut function = null_mut();
    // SAFETY: values of the running call; no data is handed over.
    let status = unsafe {
        let mut name = null_mut();
        sys::napi_create_string_utf8(env, c"multiprocess bell".as_ptr(), -1, &mut name);
        let (resource, data) = (null_mut(), null_mut());
        let made = sys::napi_create_threadsafe_function(env, on_ring, resource, name, 1, 1, data, None, data, None, &mut function);
        if made == sys::Status::napi_ok { sys::napi_unref_threadsafe_function(env, function) } else { made }
    };
    if status == sys::Status::napi_ok { Ok(Function(function)) } else { Err(-libc::EIO) }
}

/// Whether the bell keeps the event loop alive.
pub fn hold_loop(env: sys::napi_env, holds: bool) -> i32 {
    let Some(bell) = BELLS.lock().unwrap().get(&(env as usize)).cloned() else { return -libc::ENOENT };
    let entrance = bell.entrance.lock().unwrap();
    let Some(Function(function)) = *entrance else { return -libc::ENOENT };
    // SAFETY: on the thread of the environment, in which the function lives.
    let status = unsafe {
        if holds { sys::napi_ref_threadsafe_function(env, function) } else { sys::napi_unref_threadsafe_function(env, function) }
    };
    if status == sys::Status::napi_ok { 0 } else { -libc::EIO }
}

/// Runs however the environment ends, at any instruction. The function goes with the environment.
unsafe extern "C" fn environment_ended(env: *mut c_void) {
    let ended = BELLS.lock().unwrap().remove(&(env as usize));
    if let Some(bell) = ended {
        *bell.entrance.lock().unwrap() = None;
        ring(bell.fifo.as_raw_fd());
    }
}

impl Bell {
    fn watch(&self) {
        let fd = self.fifo.as_raw_fd();
        loop {
            let mut poll = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
            let mut rings = [0u8; RINGS];
            // SAFETY: both are of this frame. Reading does not block, also if another thread has taken the bytes.
            unsafe {
                libc::poll(&mut poll, 1, -1);
                libc::read(fd, rings.as_mut_ptr().cast(), RINGS);
            }
            let entrance = self.entrance.lock().unwrap();
            let Some(Function(function)) = *entrance else { return };
            // SAFETY: it lives as long as the entrance has it. A full queue is as good: that call is still to come.
            unsafe {
                sys::napi_call_threadsafe_function(function, null::<c_void>().cast_mut(), sys::ThreadsafeFunctionCallMode::nonblocking)
            };
        }
    }
}
