//! Linux on x64 and arm64, with glibc or musl.

mod files;
mod futex;
pub mod life;
mod pages;
mod process;
mod robust_list;
mod room;

pub use crate::unix::*;
pub use files::{close_on_exec, keep_from_children, open_again, pipe, rename};
pub use futex::{park, park_any, unpark};
pub use life::{claim as claim_life, release as release_life};
pub use pages::{give_back, reserve};
pub use process::{open_process, process_descriptor, set_parent_death_signal, signal_process};
pub use room::Room;

pub fn describe() -> (&'static str, bool, bool, u32) {
    (memory::shared_buffer::way_name(), futex::waitv_is_there(), life::is_possible(), memory::page_size() as u32)
}
