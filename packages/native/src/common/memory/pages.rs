//! Which pages a part of a segment lies in.

use super::page_size;
use super::table;
use std::ops::Range;

/// Where that part is in this process.
pub fn addresses(segment: u32, offset: f64, byte_length: f64) -> Result<Range<usize>, i32> {
    let byte_length = table::integer(byte_length)?;
    let start = table::range(segment, offset, byte_length, 1)? as usize;
    Ok(start..start + byte_length)
}

/// All pages that the range touches.
pub fn outer(range: &Range<usize>) -> Range<usize> {
    down(range.start)..up(range.end)
}

/// Only whole pages inside the range: its first and last page may hold other data.
pub fn inner(range: &Range<usize>) -> Range<usize> {
    up(range.start)..down(range.end)
}

fn down(address: usize) -> usize {
    address - address % page_size()
}

fn up(address: usize) -> usize {
    down(address + page_size() - 1)
}
