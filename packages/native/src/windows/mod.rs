//! Windows on x64. Threads sleep, and learn of deaths, as in the backend `posix`, with events in place of FIFOs and handles of processes in place
//! of descriptors. What is argued there is argued once more for this system in `docs/design/native-windows.md`.

pub mod bell;
mod buffers;
pub mod clock;
mod descriptors;
mod directory;
mod doorbell;
pub mod ends;
mod error;
pub mod exit;
pub mod file;
mod handle;
pub mod helper_thread;
pub mod lot_file;
pub mod mapped;
mod pages;
mod process;
mod process_handle;
pub mod record_lock;
mod sealed_file;
mod security;
pub mod symbol;

use crate::common::backend::Backend;
pub use crate::common::*;
use crate::offer::Offer;
use crate::posix::Posix;
pub use buffers::{V8, block, collect_garbage};
pub use descriptors::{close, close_on_exec, duplicate, hand_over, make_pipe, open};
pub use directory::{security_of, user_directory, writers};
pub use doorbell::{close_bell, hear_bell, keep_bell, open_bell, ring};
pub use file::{lock, make_directory, path_now, rename};
pub use memory::unlimited::Room;
use napi::sys;
pub use pages::{allocate, give_back, reserve};
pub use process::{
    abort, alarm, descriptor_limit, die_with_parent, exec, exit_now, get_timer, open_process, process_files, process_ids, process_state,
    process_strings, raise_signal, set_parent_death_signal, set_timer, signal_action, signal_process, wait_exit,
};
pub use sealed_file::{read_sealed, seal};
pub use std::os::windows::io::OwnedHandle as Descriptor;

use std::mem::zeroed;
use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};
use windows_sys::Win32::System::SystemInformation::GetSystemInfo;
use windows_sys::Win32::System::Threading::GetCurrentThreadId;

pub mod ringer {
    pub use super::doorbell::Ringer;
}

pub fn backend() -> &'static dyn Backend {
    &Posix
}

pub fn page_bytes() -> usize {
    // SAFETY: plain integers; the call fills them.
    unsafe {
        let mut system = zeroed();
        GetSystemInfo(&mut system);
        system.dwPageSize as usize
    }
}

pub fn thread_number() -> i32 {
    // SAFETY: no memory is involved.
    unsafe { GetCurrentThreadId() as i32 }
}

/// Nothing need be left to the end of the process: its handler finds the word of the main thread marked, or marks it.
pub fn is_main_thread() -> bool {
    false
}

/// A number that all code of this process finds, and no other process that runs: places in the lot name their process by it.
pub fn process_mark() -> u32 {
    std::process::id()
}

/// A lock goes with the last handle of its opening, whatever is mapped: so one stays with the mapping.
pub fn keep_lock(fd: i32) -> Result<Option<Descriptor>, i32> {
    descriptors::duplicate_handle(descriptors::handle_of(fd)?).map(Some)
}

/// Other processes cannot reach a handle of this one.
pub fn open_again(_fd: i32) -> Option<Descriptor> {
    None
}

pub fn make_fifo(_path: String) -> i32 {
    -libc::ENOSYS
}

/// There are no FIFOs to listen to: event loops hear events.
pub fn listen(_env: sys::napi_env, _fd: i32, _on_ring: sys::napi_value) -> i32 {
    -libc::ENOSYS
}

pub fn hold_loop(_env: sys::napi_env, _holds: bool) -> i32 {
    -libc::ENOSYS
}

/// A worker's teardown unloads the library. Memory, finalizers and the exit handler outlive the worker, so must the code.
pub fn stay_loaded() {
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
    let mut library = std::ptr::null_mut();
    // SAFETY: the address of a function of this library; `library` is writable.
    unsafe { GetModuleHandleExW(flags, stay_loaded as *const u16, &mut library) };
}

/// What this machine offers, for `lib.rs`.
pub fn describe() -> Offer {
    Offer::of(backend(), false)
}
