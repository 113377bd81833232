//! Sleeping and waking on a word. Never with the PRIVATE flag: the sleepers are in other processes.

use crate::unix::clock::{now, time};
use crate::unix::errno::last;
use crate::unix::memory::table::word;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};

/// How often the life word is looked at where the kernel cannot watch two words at once.
const SLICE_NANOSECONDS: i64 = 20_000_000;
const FUTEX2_SIZE_U32: u32 = 2;
/// The most words that the kernel waits for at once.
const MAX_WAITERS: usize = 128;

pub fn park(segment: u32, offset: f64, expected: i32, (life_segment, life_offset, life_expected): (u32, f64, i32), timeout_ms: f64) -> i32 {
    let word = match word(segment, offset) {
        Ok(word) => word,
        Err(error) => return error,
    };
    if timeout_ms.is_nan() {
        return -libc::EINVAL;
    }
    if word.load(Ordering::SeqCst) != expected {
        return 0; // as the kernel would say, half a microsecond later
    }
    // For ever is some centuries: the conversion saturates, and so does the sum.
    let deadline = now().saturating_add((timeout_ms.max(0.0) * 1e6) as i64);
    if life_segment == 0 {
        return wait_for_one(word, expected, deadline);
    }
    match self::word(life_segment, life_offset) {
        Ok(life) if waitv_is_there() => wait_for_either([(word, expected), (life, life_expected)], deadline),
        Ok(life) => wait_in_slices(word, expected, (life, life_expected), deadline),
        Err(error) => error,
    }
}

/// Woken and changed are one answer: the caller looks again either way. So is EINTR: JavaScript may have a signal to handle.
fn answer(result: i64) -> i32 {
    if result >= 0 {
        return 0;
    }
    match -last() {
        libc::EAGAIN | libc::EINTR => 0,
        libc::ETIMEDOUT => 1,
        error => -error,
    }
}

fn wait_for_one(word: &AtomicI32, expected: i32, deadline: i64) -> i32 {
    let deadline = time(deadline);
    // WAIT_BITSET rather than WAIT, because its deadline is absolute.
    // SAFETY: the word is mapped and aligned; the kernel answers EFAULT rather than fault.
    answer(unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT_BITSET,
            expected,
            &deadline,
            null_mut::<u32>(),
            libc::FUTEX_BITSET_MATCH_ANY,
        )
    })
}

#[repr(C)]
struct Waiter {
    expected: u64,
    address: u64,
    flags: u32,
    reserved: u32,
}

fn waiter((word, expected): (&AtomicI32, i32)) -> Waiter {
    Waiter { expected: u64::from(expected as u32), address: word.as_ptr() as u64, flags: FUTEX2_SIZE_U32, reserved: 0 }
}

fn wait_for_either(words: [(&AtomicI32, i32); 2], deadline: i64) -> i32 {
    wait_for_some(&words.map(waiter), deadline)
}

fn wait_for_some(waiters: &[Waiter], deadline: i64) -> i32 {
    let deadline = time(deadline);
    // SAFETY: as above; the array lives through the call.
    answer(unsafe { libc::syscall(libc::SYS_futex_waitv, waiters.as_ptr(), waiters.len(), 0, &deadline, libc::CLOCK_MONOTONIC) })
}

fn wait_in_slices(word: &AtomicI32, expected: i32, life: (&AtomicI32, i32), deadline: i64) -> i32 {
    loop {
        if life.0.load(Ordering::SeqCst) != life.1 {
            return 0;
        }
        let end = now().saturating_add(SLICE_NANOSECONDS).min(deadline);
        match wait_for_one(word, expected, end) {
            1 if end < deadline => {}
            answer => return answer,
        }
    }
}

/// Each of the `words` is segment, offset, expected.
pub fn park_any(words: &[f64], timeout_ms: f64) -> i32 {
    let words = words.chunks_exact(3).map(|triple| word(triple[0] as u32, triple[1]).map(|word| (word, triple[2] as i64 as i32)));
    let words: Vec<_> = match words.collect() {
        Ok(words) => words,
        Err(error) => return error,
    };
    if words.is_empty() || timeout_ms.is_nan() {
        return -libc::EINVAL;
    }
    let deadline = now().saturating_add((timeout_ms.max(0.0) * 1e6) as i64);
    let first: Vec<_> = words.iter().take(MAX_WAITERS).map(|&pair| waiter(pair)).collect();
    loop {
        if words.iter().any(|(word, expected)| word.load(Ordering::SeqCst) != *expected) {
            return 0;
        }
        let all = first.len() == words.len() && (waitv_is_there() || first.len() == 1);
        let end = if all { deadline } else { now().saturating_add(SLICE_NANOSECONDS).min(deadline) };
        let answer = if waitv_is_there() { wait_for_some(&first, end) } else { wait_for_one(words[0].0, words[0].1, end) };
        if answer != 1 || end >= deadline {
            return answer;
        }
    }
}

/// Kernels before 5.16 have no `futex_waitv`, and seccomp filters older than that refuse it.
pub fn waitv_is_there() -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    *THERE.get_or_init(|| {
        if std::env::var_os("MULTIPROCESS_NATIVE_WAITV").is_some_and(|value| value == "off") {
            return false;
        }
        // SAFETY: no waiters, so no memory is read: where the call exists it answers EINVAL.
        unsafe { libc::syscall(libc::SYS_futex_waitv, null::<Waiter>(), 0, 0, null::<libc::timespec>(), libc::CLOCK_MONOTONIC) };
        last() == -libc::EINVAL
    })
}

pub fn unpark(segment: u32, offset: f64, count: f64) -> i32 {
    match word(segment, offset) {
        Ok(_) if count.is_nan() => -libc::EINVAL,
        Ok(_) if count < 1.0 => 0, // the kernel takes 0 for 1
        Ok(word) => wake(word.as_ptr(), count as i32),
        Err(error) => error,
    }
}

pub fn wake_all(word: *mut i32) {
    wake(word, i32::MAX);
}

fn wake(word: *mut i32, count: i32) -> i32 {
    // SAFETY: the kernel uses the address as a key, and answers EFAULT rather than fault.
    let woken = unsafe { libc::syscall(libc::SYS_futex, word, libc::FUTEX_WAKE, count) };
    if woken < 0 { last() } else { woken as i32 }
}
