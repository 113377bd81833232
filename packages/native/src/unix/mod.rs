//! What all systems of the Unix family have. What one of them does in a way of its own is asked of `crate::platform`.

mod bell_thread;
pub mod buffers;
pub mod clock;
pub mod descriptors;
pub mod errno;
mod event_loop;
pub mod file;
pub mod helper_thread;
pub mod mapped;
mod not_windows;
pub mod process;
pub mod ringer;
mod sealed_file;
pub mod symbol;

pub use crate::posix::{bell, lot_file, record_lock};
pub use bell_thread::{hold_loop, listen};
pub use buffers::blocks::block;
pub use buffers::v8::V8;
pub use descriptors::{close, duplicate, hand_over, make_pipe, open};
pub use file::{lock, make_fifo, ring};
pub use not_windows::{close_bell, hear_bell, keep_bell, make_directory, open_bell, path_now, security_of, writers};
pub use process::child::{die_with_parent, wait_exit};
pub use process::exec::{abort, exec, exit_now};
pub use process::exit;
pub use process::signals::{alarm, get_timer, raise_signal, set_timer, signal_action};
pub use sealed_file::{read_sealed, seal};
pub use std::os::fd::OwnedFd as Descriptor;

pub fn collect_garbage() -> i32 {
    // SAFETY: called by Node-API, and no lock is held.
    if unsafe { buffers::v8::collect_garbage() } { 0 } else { -libc::ENOSYS }
}

/// The one that returns from `main`.
pub fn is_main_thread() -> bool {
    crate::platform::thread_number() == std::process::id() as i32
}

/// 4 KiB on x64; 4, 16 or 64 on arm64.
pub fn page_bytes() -> usize {
    // SAFETY: no memory is involved.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}
