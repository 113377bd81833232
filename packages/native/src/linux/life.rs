//! A thread's life word: the lock word of a robust mutex that the thread holds until it ends. The kernel marks it then, however it ends.

use super::futex;
use super::registry::REGISTRY;
use super::table;
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

const WAITERS: u32 = 0x8000_0000;
const OWNER_DIED: u32 = 0x4000_0000;
const THREAD: u32 = 0x3fff_ffff;
/// More than the mutex of any C library here: 40 bytes, 48 on arm64 with glibc.
const ROOM: usize = 64;
const _: () = assert!(size_of::<libc::pthread_mutex_t>() <= ROOM);

thread_local! {
    static MINE: Cell<*mut libc::pthread_mutex_t> = const { Cell::new(null_mut()) };
}

/// The life words claimed by this process, with the thread that each stands for; some of those threads may have ended.
static CLAIMED: Mutex<Vec<(u32, &'static AtomicU32)>> = Mutex::new(Vec::new());

pub fn claim(segment: u32, offset: f64) -> i32 {
    try_claim(segment, offset).unwrap_or_else(|error| error)
}

fn try_claim(segment: u32, offset: f64) -> Result<i32, i32> {
    if !MINE.get().is_null() {
        return Err(-libc::EEXIST);
    }
    let mutex: *mut libc::pthread_mutex_t = table::range(segment, offset, ROOM, align_of::<libc::pthread_mutex_t>())?.cast();
    // The kernel could not mark a word whose memory was unmapped before the thread ended.
    if !REGISTRY.lock().unwrap().of_segment(segment)?.1.permanent {
        return Err(-libc::EINVAL);
    }
    // SAFETY: `range` checked bounds and alignment, and a permanent segment stays mapped until the process ends.
    unsafe { init(mutex)? };
    // SAFETY: initialised just now.
    check(unsafe { libc::pthread_mutex_lock(mutex) })?;
    // SAFETY: a plain system call.
    let thread = unsafe { libc::gettid() } as u32;
    let words: [&'static AtomicU32; 2] = std::array::from_fn(|index| {
        // SAFETY: inside the mutex, aligned; the C library changes these words by atomics only.
        unsafe { AtomicU32::from_ptr(mutex.cast::<u32>().add(index)) }
    });
    // glibc keeps the thread in the first word, musl in the second.
    let Some(index) = words.iter().position(|word| word.load(Ordering::SeqCst) & THREAD == thread) else {
        // SAFETY: locked above by this thread.
        unsafe { libc::pthread_mutex_unlock(mutex) };
        return Err(-libc::ENOTSUP);
    };
    // Without this bit the kernel would mark the word and wake nobody.
    words[index].fetch_or(WAITERS, Ordering::SeqCst);
    MINE.set(mutex);
    let mut claimed = CLAIMED.lock().unwrap();
    claimed.retain(|(thread, word)| lives(*thread, word));
    claimed.push((thread, words[index]));
    Ok((index * size_of::<u32>()) as i32)
}

/// # Safety
/// `mutex` must be writable, and no living thread may use it.
unsafe fn init(mutex: *mut libc::pthread_mutex_t) -> Result<(), i32> {
    let mut attributes = MaybeUninit::uninit();
    // SAFETY: the attributes are initialised by the first call, before the others; the mutex is the caller's promise.
    unsafe {
        check(libc::pthread_mutexattr_init(attributes.as_mut_ptr()))?;
        let result = check(libc::pthread_mutexattr_setpshared(attributes.as_mut_ptr(), libc::PTHREAD_PROCESS_SHARED))
            .and_then(|()| check(libc::pthread_mutexattr_setrobust(attributes.as_mut_ptr(), libc::PTHREAD_MUTEX_ROBUST)))
            .and_then(|()| check(libc::pthread_mutex_init(mutex, attributes.as_ptr())));
        libc::pthread_mutexattr_destroy(attributes.as_mut_ptr());
        result
    }
}

/// pthread functions return the error instead of setting `errno`.
fn check(error: i32) -> Result<(), i32> {
    if error == 0 { Ok(()) } else { Err(-error) }
}

pub fn release() -> i32 {
    let mutex = MINE.replace(null_mut());
    if mutex.is_null() {
        return -libc::EPERM;
    }
    // SAFETY: locked by this thread in `claim`, and the memory is still there.
    if let Err(error) = check(unsafe { libc::pthread_mutex_unlock(mutex) }) {
        return error;
    }
    let mut claimed = CLAIMED.lock().unwrap();
    let range = mutex as usize..mutex as usize + ROOM;
    if let Some(at) = claimed.iter().position(|(_, word)| range.contains(&(word.as_ptr() as usize))) {
        let (_, word) = claimed.swap_remove(at);
        futex::wake_all(word.as_ptr().cast()); // the unlock woke one
    }
    0
}

/// Whether a thread of this process other than `thread` holds a life word.
pub fn others_live(thread: u32) -> bool {
    // Locked by another thread: so there is one, and it is busy with its life.
    let Ok(claimed) = CLAIMED.try_lock() else { return true };
    claimed.iter().any(|(other, word)| *other != thread && lives(*other, word))
}

fn lives(thread: u32, word: &AtomicU32) -> bool {
    let value = word.load(Ordering::SeqCst);
    value & THREAD == thread && value & OWNER_DIED == 0
}
