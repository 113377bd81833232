//! Files as memory: mapping them, their pages, and buffers over them. And memory of this process that is used again.

pub mod blocks;
pub mod registry;
pub mod segments;
pub mod shared_buffer;
pub mod shared_pointer;
pub mod table;
pub mod v8;

use std::sync::OnceLock;

/// 4 KiB on x64; 4, 16 or 64 on arm64.
pub fn page_size() -> usize {
    static SIZE: OnceLock<usize> = OnceLock::new();
    // SAFETY: no memory is involved.
    *SIZE.get_or_init(|| unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize)
}
