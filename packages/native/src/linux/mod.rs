//! Linux on x64 and arm64, with glibc or musl.

mod descriptors;
mod errno;
mod event_loop;
mod exec;
mod exit;
mod file;
mod futex;
mod life;
mod pages;
mod pidfd;
mod process;
mod registry;
mod robust_list;
mod room;
mod segments;
mod shared_buffer;
mod signals;
mod symbol;
mod table;
mod v8;

pub use descriptors::{close, close_on_exec, duplicate, hand_over, make_pipe, open};
pub use exec::{abort, exec, exit_now};
pub use file::{lock, make_fifo, reap, rename, ring};
pub use futex::{park, park_any, spin, unpark};
pub use life::{claim as claim_life, release as release_life};
pub use pages::{give_back, reserve};
pub use pidfd::{open_process, signal_process};
pub use process::{die_with_parent, set_parent_death_signal, wait_exit};
pub use segments::{find, keep_reachable, make_permanent, map, unmap};
pub use shared_buffer::buffer;
pub use signals::{alarm, get_timer, raise_signal, set_timer, signal_action};

pub fn collect_garbage() -> i32 {
    // SAFETY: called by Node-API, and no lock is held.
    if unsafe { v8::collect_garbage() } { 0 } else { -libc::ENOSYS }
}

pub fn describe() -> (&'static str, bool, bool, u32) {
    (shared_buffer::way_name(), futex::waitv_is_there(), life::is_possible(), pages::page_size() as u32)
}
