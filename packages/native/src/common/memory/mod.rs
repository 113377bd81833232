//! Files as memory: mapping them, their pages, and buffers over them.

pub mod pages;
pub mod registry;
pub mod segments;
pub mod shared_buffer;
pub mod table;
#[cfg(not(target_os = "linux"))]
pub mod touch;
#[cfg(not(target_os = "linux"))]
pub mod unlimited;

use std::sync::OnceLock;

/// 4 KiB on x64; 4, 16 or 64 on arm64.
pub fn page_size() -> usize {
    static SIZE: OnceLock<usize> = OnceLock::new();
    *SIZE.get_or_init(crate::platform::page_bytes)
}
