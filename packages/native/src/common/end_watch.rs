//! Rings the bells of event loops when threads end that they wait for: one thread for the process, asleep on the life words in question.
//!
//! An event loop that awaits sleeps in its poll, where no word can wake it. The kernel tells the end of a thread only to those that sleep
//! on its life word, so a thread of ours does that for all loops of the process. It looks at nothing while nothing happens.

// REQUESTS  what each environment has asked for: its bell and the life words that it still waits for. The thread that watches leaves, under
//           the same lock, when it finds none, so that a request either finds it or starts another.
// CHANGES   the word on which it sleeps beside the life words. A caller that adds life words changes it, under no lock, and wakes the thread:
//           it reads CHANGES first, then the requests, then sleeps while CHANGES is what it read.
// A bell rings too often rather than too rarely: the event loop looks at its own waits then. A request is taken back without a wake; the
// thread finds that out at its next look, LOOK later at most.

use super::backend::{Expected, Word};
use super::memory::registry::REGISTRY;
use super::wait::{WORDS_OF_ONE, all_of};
use crate::platform::clock::now;
use crate::platform::ringer::Ringer;
use crate::platform::{backend, helper_thread, process_mark};
use napi::sys;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};

const LOOK: i64 = 1_000_000_000;

struct Request {
    bell: Ringer,
    lives: Vec<Expected>,
}

struct Requests {
    by_environment: BTreeMap<usize, Request>,
    is_watched: bool,
}

static REQUESTS: Mutex<Requests> = Mutex::new(Requests { by_environment: BTreeMap::new(), is_watched: false });
static CHANGES: AtomicI32 = AtomicI32::new(0);

/// The word `CHANGES` by a name that no word of a file has.
fn changes() -> Word {
    Word { atomic: &CHANGES, file: 1 << 63 | u64::from(process_mark()), offset: u64::MAX - 1 }
}

pub fn watch_ends(env: sys::napi_env, fd: i32, lives: &[f64]) -> i32 {
    try_watch_ends(env, fd, lives).map_or_else(|error| error, |()| 0)
}

fn try_watch_ends(env: sys::napi_env, fd: i32, lives: &[f64]) -> Result<(), i32> {
    let lives = permanent(lives)?;
    if !backend().tells_ends() {
        return Err(-libc::ENOSYS);
    }
    let asks = !lives.is_empty();
    if note(env, fd, lives)? {
        // SAFETY: the hook gets the env as an address only, and runs before the env is gone.
        unsafe { sys::napi_add_env_cleanup_hook(env, Some(environment_ended), env.cast()) };
    }
    if asks { have_watched() } else { Ok(()) }
}

/// Only words that stay mapped until the process ends: they are looked at whatever becomes of the environment.
fn permanent(triples: &[f64]) -> Result<Vec<Expected>, i32> {
    let mut registry = REGISTRY.lock().unwrap();
    for triple in triples.chunks_exact(WORDS_OF_ONE) {
        if !registry.of_segment(triple[0] as u32)?.1.permanent {
            return Err(-libc::EINVAL);
        }
    }
    drop(registry);
    all_of(triples)
}

/// Whether the environment is new here.
fn note(env: sys::napi_env, fd: i32, lives: Vec<Expected>) -> Result<bool, i32> {
    let bell = Ringer::of(fd)?;
    let mut requests = REQUESTS.lock().unwrap();
    match requests.by_environment.get_mut(&(env as usize)) {
        None if lives.is_empty() => Ok(false),
        Some(request) if request.bell.is_same(&bell) || lives.is_empty() => {
            request.lives = lives;
            Ok(false)
        }
        _ => Ok(requests.by_environment.insert(env as usize, Request { bell, lives }).is_none()),
    }
}

/// Has the thread that watches look at the requests, or starts it.
fn have_watched() -> Result<(), i32> {
    let mut requests = REQUESTS.lock().unwrap();
    if !requests.is_watched {
        requests.is_watched = helper_thread::start(watch);
        return if requests.is_watched { Ok(()) } else { Err(-libc::EAGAIN) };
    }
    drop(requests);
    CHANGES.fetch_add(1, Ordering::SeqCst);
    backend().wake(&changes(), 1);
    Ok(())
}

/// Runs however the environment ends, at any instruction.
unsafe extern "C" fn environment_ended(env: *mut c_void) {
    let ended = REQUESTS.lock().unwrap().by_environment.remove(&(env as usize));
    drop(ended);
}

fn watch() {
    loop {
        let seen = CHANGES.load(Ordering::SeqCst);
        let Some(lives) = all_lives() else { return };
        backend().sleep(&[Expected { word: changes(), value: seen }], &lives, now().saturating_add(LOOK));
        if lives.iter().any(Expected::has_changed) {
            tell();
        }
    }
}

/// Each life word once; none if there are none, and then no thread watches any more.
fn all_lives() -> Option<Vec<Expected>> {
    let mut requests = REQUESTS.lock().unwrap();
    let mut all: Vec<Expected> = requests.by_environment.values().flat_map(|request| &request.lives).copied().collect();
    all.sort_unstable_by_key(|life| (life.word.atomic.as_ptr() as usize, life.value));
    all.dedup_by_key(|life| (life.word.atomic.as_ptr() as usize, life.value));
    requests.is_watched = !all.is_empty();
    requests.is_watched.then_some(all)
}

/// Rings the bells of those that wait for one that has ended, once for each end.
fn tell() {
    for request in REQUESTS.lock().unwrap().by_environment.values_mut() {
        let before = request.lives.len();
        request.lives.retain(|life| !life.has_changed());
        if request.lives.len() < before {
            request.bell.ring();
        }
    }
}
