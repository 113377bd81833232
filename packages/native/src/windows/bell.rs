//! How a sleeper is woken: by an event with a name, which goes with the sleeper's process.

use super::ends::process_of;
use super::handle::{owned, raw, wide};
use super::process_handle::ProcessHandle;
use super::security::only_this_user;
use crate::posix::holder::Holder;
use crate::posix::lot::Lot;
use std::os::windows::io::OwnedHandle;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use windows_sys::Win32::Foundation::{ERROR_ALREADY_EXISTS, GetLastError, HANDLE, SetLastError};
use windows_sys::Win32::System::Threading::{CreateEventW, EVENT_MODIFY_STATE, OpenEventW, ResetEvent, SetEvent};

/// An event of that name, which this call makes: it resets itself when it has ended a wait.
///
/// Names are those of all sessions, since programs of one user may be in several. No other user can open it; if one has made another of that
/// name, this fails.
pub fn make_event(name: &str) -> Result<OwnedHandle, i32> {
    let (name, security) = (wide(name), only_this_user()?);
    // SAFETY: a name that ends with a zero; attributes that live through the call.
    let (made, error) = unsafe {
        SetLastError(0);
        (owned(CreateEventW(&security, 0, 0, name.as_ptr())), GetLastError())
    };
    let made = made?;
    if error == ERROR_ALREADY_EXISTS { Err(-libc::EEXIST) } else { Ok(made) }
}

pub fn open_event(name: &str) -> Result<OwnedHandle, i32> {
    let name = wide(name);
    // SAFETY: a name that ends with a zero.
    owned(unsafe { OpenEventW(EVENT_MODIFY_STATE, 0, name.as_ptr()) })
}

/// The sleeper's end.
pub struct Bell(OwnedHandle);

impl Bell {
    pub fn make(lot: &Lot, index: usize, nonce: u32) -> Result<Self, i32> {
        make_event(&name(lot, index, nonce)).map(Self)
    }

    pub fn raw(&self) -> HANDLE {
        raw(&self.0)
    }

    /// Takes a wake that has come. One that comes later is found by the next sleep, which does not believe it.
    pub fn empty(&self) {
        // SAFETY: an event of ours.
        unsafe { ResetEvent(self.raw()) };
    }
}

/// The name goes with the event.
pub fn remove(_lot: &Lot, _index: usize, _nonce: u32) {}

/// A waker's end.
pub struct Striker {
    event: OwnedHandle,
    /// The sleeper's process, which a handle of its event outlives; none if it is this one.
    process: Option<Arc<ProcessHandle>>,
}

impl Striker {
    pub fn open(lot: &Lot, index: usize, nonce: u32, holder: Holder) -> Result<Self, i32> {
        let process = if holder.is_mine(lot) { None } else { Some(process_of(lot, holder).ok_or(-libc::ESRCH)?) };
        Ok(Self { event: open_event(&name(lot, index, nonce))?, process })
    }

    /// False if the sleeper is dead, and has not heard it.
    pub fn strike(&self) -> bool {
        // SAFETY: an event that is open as long as this is here.
        let is_set = unsafe { SetEvent(raw(&self.event)) != 0 };
        is_set && self.has_hearer()
    }

    /// False once the sleeper's process has ended.
    pub fn has_hearer(&self) -> bool {
        !self.process.as_ref().is_some_and(|process| process.has_ended())
    }
}

fn name(lot: &Lot, index: usize, nonce: u32) -> String {
    format!("Global\\multiprocess-{:x}-s{index:x}-{nonce:x}", lot.id.key())
}

#[link(name = "advapi32")]
unsafe extern "system" {
    /// RtlGenRandom.
    fn SystemFunction036(buffer: *mut u8, byte_length: u32) -> u8;
}

/// A random number, so that no program knows the name before the event is there.
pub fn nonce() -> u32 {
    static USED: AtomicU32 = AtomicU32::new(0);
    let mut nonce = [0u8; 4];
    // SAFETY: room for that many bytes.
    if unsafe { SystemFunction036(nonce.as_mut_ptr(), nonce.len() as u32) } == 0 {
        return std::process::id() ^ USED.fetch_add(1, Ordering::Relaxed) << 20;
    }
    u32::from_ne_bytes(nonce)
}
