//! Linux on x64 and arm64, with glibc or musl.

mod descriptors;
mod errno;
mod event_loop;
mod file;
mod futex;
mod life;
mod memory;
mod process;
mod robust_list;
mod symbol;

pub use descriptors::{close, close_on_exec, duplicate, hand_over, make_pipe, open};
pub use file::{lock, make_fifo, reap, rename, ring};
pub use futex::{park, park_any, spin, unpark};
pub use life::{claim as claim_life, release as release_life};
pub use memory::pages::{give_back, reserve};
pub use memory::segments::{find, keep_reachable, make_permanent, map, unmap};
pub use memory::shared_buffer::buffer;
pub use process::child::{die_with_parent, set_parent_death_signal, wait_exit};
pub use process::exec::{abort, exec, exit_now};
pub use process::pidfd::{open_process, signal_process};
pub use process::signals::{alarm, get_timer, raise_signal, set_timer, signal_action};

pub fn collect_garbage() -> i32 {
    // SAFETY: called by Node-API, and no lock is held.
    if unsafe { memory::v8::collect_garbage() } { 0 } else { -libc::ENOSYS }
}

pub fn describe() -> (&'static str, bool, bool, u32) {
    (memory::shared_buffer::way_name(), futex::waitv_is_there(), life::is_possible(), memory::pages::page_size() as u32)
}
