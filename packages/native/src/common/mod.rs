//! What all systems have. What one of them does in a way of its own is asked of `crate::platform`.

pub mod backend;
mod end_watch;
pub mod file_id;
pub mod life;
pub mod memory;
mod offer;
pub mod reap;
pub mod spin;
mod wait;

pub use end_watch::watch_ends;
pub use life::{check_life, claim_life, meet, release_life};
pub use memory::segments::{find, keep_reachable, make_permanent, map, unmap};
pub use memory::shared_buffer::buffer;
pub use reap::reap;
pub use spin::spin;
pub use wait::{park, park_any, unpark};
