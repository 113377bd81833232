//! Sleeping until an event is set or another process ends. Whom to watch says the place in the lot; its lock says that it lives.

use super::bell::Bell;
use super::clock::milliseconds_to;
use super::handle::{owned, raw};
use super::process_handle::ProcessHandle;
use crate::common::backend::Expected;
use crate::posix::holder::Holder;
use crate::posix::life;
use crate::posix::lot::Lot;
use crate::posix::sleep::Seen;
use std::collections::HashMap;
use std::ffi::c_void;
use std::os::windows::io::OwnedHandle;
use std::ptr::{null, null_mut};
use std::sync::{Arc, LazyLock, Mutex};
use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE, WAIT_FAILED, WAIT_OBJECT_0, WAIT_TIMEOUT};
use windows_sys::Win32::System::SystemServices::MAXIMUM_WAIT_OBJECTS;
use windows_sys::Win32::System::Threading::*;

/// By lot and holder. A sleeper has its own count of what it waits for, so none is closed under it.
type Open = HashMap<(usize, u32), Arc<ProcessHandle>>;

static OPEN: LazyLock<Mutex<Open>> = LazyLock::new(|| Mutex::new(HashMap::new()));
/// More are closed, and opened again at the next sleep.
const MAX_OPEN: usize = 512;

/// The process of a holder that lives.
pub fn process_of(lot: &Lot, holder: Holder) -> Option<Arc<ProcessHandle>> {
    let key = (std::ptr::from_ref(lot) as usize, holder.0);
    if let Some(known) = OPEN.lock().unwrap().get(&key) {
        return Some(known.clone());
    }
    // The handle first, then the lock: if that is held, the process that has it has this number, and so has the handle.
    let process = Arc::new(ProcessHandle::open(holder.mark_in(lot)).ok()?);
    if !holder.has_lock(lot) {
        return None;
    }
    let mut open = OPEN.lock().unwrap();
    if open.len() >= MAX_OPEN {
        open.clear();
    }
    open.insert(key, process.clone());
    Some(process)
}

/// Whether it lives, where that is known without a look at its lock: a handle of it is open.
pub fn state_of(lot: &Lot, holder: Holder) -> Option<bool> {
    let open = OPEN.lock().unwrap();
    open.get(&(std::ptr::from_ref(lot) as usize, holder.0)).map(|process| !process.has_ended())
}

/// Closes what belongs to a process that has ended.
pub fn forget(lot: &Lot, holder: Holder) {
    OPEN.lock().unwrap().remove(&(std::ptr::from_ref(lot) as usize, holder.0));
}

/// What a thread sleeps on, from its first sleep to its end: nothing more than its bell.
pub struct Bed;

impl Bed {
    pub fn of(_bell: &Bell) -> Result<Self, i32> {
        Ok(Self)
    }
}

/// A wait takes 64 handles. One is the bell, one stands for all processes beyond these.
const DIRECT: usize = MAXIMUM_WAIT_OBJECTS as usize - 2;

/// What a sleeper waits for in one sleep: its bell, and the ends of the owners of some life words.
pub struct Watch {
    handles: Vec<HANDLE>,
    _processes: Vec<Arc<ProcessHandle>>,
    _rest: Option<Rest>,
    /// Whether each owner is watched. Else they must be looked at now and then.
    pub is_complete: bool,
}

impl Watch {
    /// Call `life::check` after this for each of them: what has ended before is seen by that.
    pub fn of(_bed: &Bed, bell: &Bell, lot: Option<&Lot>, lives: &[Expected]) -> Self {
        let mut processes: Vec<Arc<ProcessHandle>> = Vec::new();
        let mut is_complete = true;
        for life in lives {
            let (Some(lot), Some(holder)) = (lot, life::holder_of(&life.word)) else { continue };
            if holder.is_mine(lot) {
                continue; // its threads mark their words themselves
            }
            match process_of(lot, holder) {
                Some(process) if processes.iter().any(|other| Arc::ptr_eq(other, &process)) => {}
                Some(process) => processes.push(process),
                None => is_complete = false,
            }
        }
        let (direct, beyond) = processes.split_at(processes.len().min(DIRECT));
        let mut handles: Vec<HANDLE> = [bell.raw()].into_iter().chain(direct.iter().map(|process| process.raw())).collect();
        let rest = if beyond.is_empty() { None } else { Rest::of(beyond) };
        is_complete &= rest.is_some() || beyond.is_empty();
        handles.extend(rest.iter().map(|rest| raw(&rest.event)));
        Self { handles, _processes: processes, _rest: rest, is_complete }
    }

    pub fn wait(&mut self, end: i64) -> Seen {
        // SAFETY: handles that are open as long as this is here, 64 at most.
        let found = unsafe { WaitForMultipleObjects(self.handles.len() as u32, self.handles.as_ptr(), 0, milliseconds_to(end)) };
        let ended = found != WAIT_FAILED && found != WAIT_TIMEOUT && found > WAIT_OBJECT_0;
        Seen { interrupted: found == WAIT_FAILED, rang: found == WAIT_OBJECT_0, ended }
    }
}

/// Processes beyond those of one wait: threads of the system wait for them, and set an event.
struct Rest {
    waits: Vec<HANDLE>,
    event: OwnedHandle,
}

impl Rest {
    fn of(processes: &[Arc<ProcessHandle>]) -> Option<Self> {
        // SAFETY: an event without a name, which stays set.
        let event = owned(unsafe { CreateEventW(null(), 1, 0, null()) }).ok()?;
        let mut rest = Self { waits: Vec::new(), event };
        for process in processes {
            let mut wait = null_mut();
            let event = raw(&rest.event).cast::<c_void>();
            // SAFETY: `wait` is writable; the event stays until the wait is over (see drop).
            let done = unsafe { RegisterWaitForSingleObject(&mut wait, process.raw(), Some(set), event, INFINITE, WT_EXECUTEONLYONCE) };
            if done == 0 {
                return None;
            }
            rest.waits.push(wait);
        }
        Some(rest)
    }
}

unsafe extern "system" fn set(event: *mut c_void, _timed_out: bool) {
    // SAFETY: as `Rest` says.
    unsafe { SetEvent(event.cast()) };
}

impl Drop for Rest {
    fn drop(&mut self) {
        for &wait in &self.waits {
            // SAFETY: a wait of ours. Returns when its function does not run any more.
            unsafe { UnregisterWaitEx(wait, INVALID_HANDLE_VALUE) };
        }
    }
}

/// Nothing need be kept open: the system tells the end of a process by a handle of it.
pub fn announce(_lot: &Lot, _holder: Holder) -> Option<OwnedHandle> {
    None
}

/// Nothing is left of it.
pub fn withdraw(_lot: &Lot, _holder: Holder) {}
