//! Linux on x64 and arm64, with glibc or musl.

mod backend;
mod files;
mod futex;
mod life;
mod pages;
mod proc;
mod process;
mod robust_list;
mod room;

pub use crate::common::*;
use crate::offer::Offer;
pub use crate::posix::hang_up as ends;
pub use crate::unix::*;
pub use backend::backend;
pub use files::{allocate, close_on_exec, keep_from_children, keep_lock, open_again, pipe, process_mark, rename, thread_number};
pub use libc::__errno_location as errno_place;
pub use pages::{give_back, reserve};
pub use proc::{descriptor_limit, process_files, process_ids, process_state, process_strings, user_directory};
pub use process::{open_process, process_descriptor, set_parent_death_signal, signal_process};
pub use room::Room;

/// Linked so: see `build.rs`.
pub fn stay_loaded() {}

/// What this machine offers, for `lib.rs`.
pub fn describe() -> Offer {
    Offer::of(backend(), futex::waitv_is_there())
}
