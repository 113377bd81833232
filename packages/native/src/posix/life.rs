//! Life words where the kernel marks none: a thread marks its own when its environment ends, and a thread that asks marks those of processes
//! that have ended.

use super::holder::Holder;
use super::{meeting, sleeper, wake};
use crate::common::backend::Word;
use crate::common::life::{CELL, OWNER_DIED, THREAD, WAITERS, cell_at, note_claim, note_end};
use crate::platform::{ends, is_main_thread, thread_number};
use napi::sys;
use std::cell::Cell;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

// A cell, written by its own thread but where said:
//   word 0  the life word: the thread's number and WAITERS, or 0. OWNER_DIED is added by the thread itself when its environment has ended,
//           or by a thread that finds that its process has
//   word 1  the place and generation of its process
// Both are changed in one step, so that no thread can be marked that has claimed the cell while another was looking at its predecessor.

#[derive(Clone, Copy)]
struct Mine {
    life: Word,
    cell: &'static AtomicU64,
}

thread_local! {
    static MINE: Cell<Option<Mine>> = const { Cell::new(None) };
    static IS_HOOKED: Cell<bool> = const { Cell::new(false) };
}

pub fn claim(env: sys::napi_env, segment: u32, offset: f64) -> Result<i32, i32> {
    if MINE.get().is_some() {
        return Err(-libc::EEXIST);
    }
    cell_at(segment, offset)?;
    let life = Word::at(segment, offset)?;
    let holder = Holder::mine(meeting::current().ok_or(-libc::ENXIO)?)?;
    let cell = cell_of(&life).ok_or(-libc::EINVAL)?;
    let thread = thread_number() as u32 & THREAD;
    cell.store(u64::from(holder.0) << 32 | u64::from(thread | WAITERS), Ordering::SeqCst);
    MINE.set(Some(Mine { life, cell }));
    note_claim(thread, word_of(&life));
    if !IS_HOOKED.replace(true) {
        // SAFETY: the hook gets nothing, and runs in this thread before the env is gone.
        unsafe { sys::napi_add_env_cleanup_hook(env, Some(environment_ended), null_mut()) };
    }
    Ok(0)
}

/// A worker can run no more JavaScript. The main thread goes on to the end of the process, which releases its word.
unsafe extern "C" fn environment_ended(_: *mut c_void) {
    IS_HOOKED.set(false);
    if is_main_thread() {
        return;
    }
    end(|cell| cell.fetch_or(u64::from(OWNER_DIED), Ordering::SeqCst));
    sleeper::drop_mine();
}

pub fn release() -> i32 {
    end(|cell| cell.swap(0, Ordering::SeqCst))
}

fn end(write: impl FnOnce(&AtomicU64) -> u64) -> i32 {
    let Some(Mine { life, cell }) = MINE.take() else { return -libc::EPERM };
    write(cell);
    wake::wake(&life, i32::MAX);
    note_end(word_of(&life));
    0
}

pub fn check(life: &Word) -> i32 {
    let Some(cell) = cell_of(life) else { return -libc::EINVAL };
    let seen = cell.load(Ordering::SeqCst);
    let (word, holder) = (seen as u32, Holder((seen >> 32) as u32));
    if word == 0 || word & OWNER_DIED != 0 {
        return 0;
    }
    let Some(lot) = meeting::current() else { return 1 };
    if holder.lives(lot) {
        return 1;
    }
    ends::forget(lot, holder);
    let marked = seen | u64::from(OWNER_DIED);
    match cell.compare_exchange(seen, marked, Ordering::SeqCst, Ordering::SeqCst) {
        Ok(_) => {
            wake::wake(life, i32::MAX);
            0
        }
        Err(_) => check(life), // marked by another, or claimed by the next thread
    }
}

/// The process of the thread that lives by that word, as far as is known.
pub fn holder_of(life: &Word) -> Option<Holder> {
    let seen = cell_of(life)?.load(Ordering::SeqCst);
    let word = seen as u32;
    (word != 0 && word & OWNER_DIED == 0).then_some(Holder((seen >> 32) as u32))
}

/// Both words of the cell at once; none if it is not aligned as a cell is.
fn cell_of(life: &Word) -> Option<&'static AtomicU64> {
    let address = life.atomic.as_ptr();
    // SAFETY: aligned, so both halves are in one page of the mapping. JavaScript reads halves of it, as atomics, which the machine keeps whole.
    (address as usize).is_multiple_of(CELL).then(|| unsafe { AtomicU64::from_ptr(address.cast()) })
}

fn word_of(life: &Word) -> &'static AtomicU32 {
    // SAFETY: the same word, as an unsigned one.
    unsafe { AtomicU32::from_ptr(life.atomic.as_ptr().cast()) }
}
