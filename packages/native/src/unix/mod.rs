//! What all systems of the Unix family have. What one of them does in a way of its own is asked of `crate::platform`.

pub mod backend;
mod bell_thread;
pub mod clock;
pub mod descriptors;
mod end_watch;
pub mod errno;
mod event_loop;
pub mod file;
mod helper_thread;
pub mod life;
pub mod memory;
pub mod process;
mod sealed_file;
pub mod spin;
mod symbol;
mod wait;

pub use bell_thread::{hold_loop, listen};
pub use descriptors::{close, duplicate, hand_over, make_pipe, open};
pub use end_watch::watch_ends;
pub use file::{lock, make_fifo, reap, ring};
pub use life::{check_life, claim_life, meet, release_life};
pub use memory::blocks::block;
pub use memory::segments::{find, keep_reachable, make_permanent, map, unmap};
pub use memory::shared_buffer::buffer;
pub use process::child::{die_with_parent, wait_exit};
pub use process::exec::{abort, exec, exit_now};
pub use process::signals::{alarm, get_timer, raise_signal, set_timer, signal_action};
pub use sealed_file::{read_sealed, seal};
pub use spin::spin;
pub use wait::{park, park_any, unpark};

pub fn collect_garbage() -> i32 {
    // SAFETY: called by Node-API, and no lock is held.
    if unsafe { memory::v8::collect_garbage() } { 0 } else { -libc::ENOSYS }
}
