//! Memory of V8's: buffers over memory of ours, and memory of this process that is used again.

pub mod blocks;
pub mod shared_pointer;
pub mod v8;
