//! Files as memory: mapping them, their pages, and buffers over them.

pub mod pages;
pub mod registry;
pub mod room;
pub mod segments;
pub mod shared_buffer;
pub mod table;
pub mod v8;
