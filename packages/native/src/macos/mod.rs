//! macOS on arm64 and x64. Built, and linked against what macOS and its Node export; not yet run on a Mac. Threads sleep, and learn of
//! deaths, by the backend `posix`; what is argued there is argued once more for this system in `docs/design/native-macos.md`.

pub mod ends;
mod files;
mod identity;
mod pages;
mod process;
mod processes;
mod queue;

pub use crate::common::*;
use crate::offer::Offer;
use crate::posix::Posix;
pub use crate::unix::*;
pub use files::{close_on_exec, keep_from_children, keep_lock, open_again, pipe, rename};
pub use identity::{process_mark, stay_loaded, thread_number};
pub use libc::__error as errno_place;
pub use memory::unlimited::Room;
pub use pages::{allocate, give_back, reserve};
pub use process::{open_process, process_descriptor, set_parent_death_signal, signal_process};
pub use processes::{descriptor_limit, process_files, process_ids, process_state, process_strings, user_directory};

/// The only one: the kernel neither waits for two words nor marks any.
pub fn backend() -> &'static dyn backend::Backend {
    &Posix
}

/// What this machine offers, for `lib.rs`.
pub fn describe() -> Offer {
    Offer::of(backend(), false)
}
