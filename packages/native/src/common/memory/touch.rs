//! Reserving pages where no call of the kernel does it.

use super::page_size;
use super::registry::REGISTRY;
use crate::platform::Descriptor;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// What keeps the lock of the segment's file; none where nothing does, or where this process may open no more.
pub fn file_of(segment: u32) -> Result<Option<Descriptor>, i32> {
    let mut registry = REGISTRY.lock().unwrap();
    let mapping = registry.of_segment(segment)?.1;
    Ok(mapping.descriptor.as_ref().and_then(|descriptor| descriptor.try_clone().ok()))
}

/// Writes what is there: the pages are ours from then on, and no content changes.
pub fn touch(pages: Range<usize>) {
    for page in pages.step_by(page_size()) {
        // SAFETY: the first word of a page of the mapping. Other processes write it: only as atomics.
        let word = unsafe { AtomicU32::from_ptr(page as *mut u32) };
        let value = word.load(Ordering::Relaxed);
        // If it fails, another has written. Not an addition of 0, which compilers turn into a load.
        let _ = word.compare_exchange(value, value, Ordering::Relaxed, Ordering::Relaxed);
    }
}
