//! Sleeping and waking: checks of what was asked, and the looks at the words before the backend is.

use super::backend::{Expected, Word};
use crate::platform::backend;
use crate::platform::clock::now;

/// Segment, offset, and what is expected there.
pub const WORDS_OF_ONE: usize = 3;

pub fn park(segment: u32, offset: f64, expected: i32, life: (u32, f64, i32), timeout_ms: f64) -> i32 {
    try_park((segment, offset, expected), life, timeout_ms).unwrap_or_else(|error| error)
}

fn try_park(word: (u32, f64, i32), life: (u32, f64, i32), timeout_ms: f64) -> Result<i32, i32> {
    let word = expected(word)?;
    let deadline = deadline_of(timeout_ms)?;
    if word.has_changed() {
        return Ok(0); // the kernel would return the same half a microsecond later
    }
    if life.0 == 0 {
        return Ok(backend().sleep(&[word], &[], deadline));
    }
    Ok(backend().sleep(&[word], &[expected(life)?], deadline))
}

/// Each of the `words` and `lives` is segment, offset, expected.
pub fn park_any(words: &[f64], lives: &[f64], timeout_ms: f64) -> i32 {
    try_park_any(words, lives, timeout_ms).unwrap_or_else(|error| error)
}

fn try_park_any(words: &[f64], lives: &[f64], timeout_ms: f64) -> Result<i32, i32> {
    let (words, lives) = (all_of(words)?, all_of(lives)?);
    let deadline = deadline_of(timeout_ms)?;
    if words.is_empty() {
        return Err(-libc::EINVAL);
    }
    if words.iter().any(Expected::has_changed) {
        return Ok(0);
    }
    Ok(backend().sleep(&words, &lives, deadline))
}

/// Words and what each is expected to hold, from segment, offset and that number.
pub fn all_of(triples: &[f64]) -> Result<Vec<Expected>, i32> {
    triples.chunks_exact(WORDS_OF_ONE).map(|triple| expected((triple[0] as u32, triple[1], triple[2] as i64 as i32))).collect()
}

fn expected((segment, offset, value): (u32, f64, i32)) -> Result<Expected, i32> {
    Ok(Expected { word: Word::at(segment, offset)?, value })
}

fn deadline_of(timeout_ms: f64) -> Result<i64, i32> {
    if timeout_ms.is_nan() {
        return Err(-libc::EINVAL);
    }
    // `Infinity` becomes some centuries: the conversion saturates, and so does the sum.
    Ok(now().saturating_add((timeout_ms.max(0.0) * 1e6) as i64))
}

pub fn unpark(segment: u32, offset: f64, count: f64) -> i32 {
    match Word::at(segment, offset) {
        Ok(_) if count.is_nan() => -libc::EINVAL,
        Ok(_) if count < 1.0 => 0, // the kernel takes 0 for 1
        Ok(word) => backend().wake(&word, count as i32),
        Err(error) => error,
    }
}
