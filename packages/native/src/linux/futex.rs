//! Sleeping and waking on a word: see futex(2). Never with the PRIVATE flag, since sleepers may be in other processes.

use crate::common::backend::Expected;
use crate::unix::clock::{now, time};
use crate::unix::errno::last;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;
use std::sync::atomic::AtomicI32;

/// How often words are looked at that the kernel cannot watch at once with the others.
const SLICE_NANOSECONDS: i64 = 20_000_000;
const FUTEX2_SIZE_U32: u32 = 2;
/// How many words the kernel can wait for at once.
const MAX_WAITERS: usize = 128;

/// On one word: half the price of `futex_waitv`. Where that is missing, on the first of them, with looks at the others.
pub fn sleep(words: &[Expected], lives: &[Expected], deadline: i64) -> i32 {
    let all: Vec<_>;
    let all: &[Expected] = match (words, lives) {
        ([only], []) => return wait_for_one(only, deadline),
        ([only], [life]) => &[*only, *life],
        _ => {
            all = [words, lives].concat();
            &all
        }
    };
    let first: &[Expected] = if waitv_is_there() { &all[..all.len().min(MAX_WAITERS)] } else { &all[..1] };
    loop {
        if all.iter().any(Expected::has_changed) {
            return 0;
        }
        let end = if first.len() == all.len() { deadline } else { now().saturating_add(SLICE_NANOSECONDS).min(deadline) };
        let answer = if let [only] = first { wait_for_one(only, end) } else { wait_for_some(first, end) };
        if answer != 1 || end >= deadline {
            return answer;
        }
    }
}

/// Woken, changed and EINTR are one answer: the caller looks again in each case. After EINTR, JavaScript may have to handle a signal.
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

fn wait_for_one(Expected { word, value }: &Expected, deadline: i64) -> i32 {
    let deadline = time(deadline);
    // WAIT_BITSET rather than WAIT, because its deadline is absolute.
    // SAFETY: the word is mapped and aligned; the kernel answers EFAULT rather than fault.
    answer(unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.atomic.as_ptr(),
            libc::FUTEX_WAIT_BITSET,
            *value,
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

fn waiter(Expected { word, value }: &Expected) -> Waiter {
    Waiter { expected: u64::from(*value as u32), address: word.atomic.as_ptr() as u64, flags: FUTEX2_SIZE_U32, reserved: 0 }
}

fn wait_for_some(words: &[Expected], deadline: i64) -> i32 {
    if let [one, other] = words {
        return wait_for_all(&[waiter(one), waiter(other)], deadline);
    }
    wait_for_all(&words.iter().map(waiter).collect::<Vec<_>>(), deadline)
}

fn wait_for_all(waiters: &[Waiter], deadline: i64) -> i32 {
    let deadline = time(deadline);
    // SAFETY: as above; the waiters live through the call.
    answer(unsafe { libc::syscall(libc::SYS_futex_waitv, waiters.as_ptr(), waiters.len(), 0, &deadline, libc::CLOCK_MONOTONIC) })
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

/// Wakes at most `count` of those that sleep on the word.
pub fn wake(word: &AtomicI32, count: i32) -> i32 {
    // SAFETY: the kernel uses the address as a key, and answers EFAULT rather than fault.
    let woken = unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE, count) };
    if woken < 0 { last() } else { woken as i32 }
}
