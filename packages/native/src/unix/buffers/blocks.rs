//! Memory for what is received: blocks that are used again once V8 has collected the buffer over them. The system clears a page when it
//! is touched for the first time, which takes longer than the copy that fills it.

// Blocks belong to the process, not to an environment: V8 gives them back on whatever thread, also when an isolate ends, and a buffer
// may have been transferred to another one. A block is either idle or below exactly one buffer. BLOCKS is never locked while V8 is
// called: a collection gives blocks back.

use super::v8::V8;
use crate::common::memory::page_size;
use crate::unix::clock::now;
use crate::unix::helper_thread;
use napi::sys;
use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

/// What all blocks take together, in use and idle.
const MOST_BYTES: usize = 64 << 20;
/// From here on, V8 is given a chance to collect before another block is made. It looks when it makes a buffer by itself, and collects
/// the young ones if they take 32 MiB.
const MANY_BYTES: usize = 32 << 20;
/// A block that has been idle for so long goes back to the system.
const KEPT_FOR: Duration = Duration::from_secs(1);
/// A block is larger than what it is for by at most one part in so many.
const PARTS: usize = 8;

struct Idle {
    base: usize,
    byte_length: usize,
    since: i64,
}

struct Blocks {
    /// In the order in which they were given back. The last is taken first: it may still be in a cache.
    idle: BTreeMap<usize, Vec<Idle>>,
    bytes: usize,
    /// Whether a thread is there that gives idle blocks to the system.
    is_watched: bool,
}

static BLOCKS: Mutex<Blocks> = Mutex::new(Blocks { idle: BTreeMap::new(), bytes: 0, is_watched: false });

/// A new `ArrayBuffer` with whatever a block holds; none if there would be too many, or the runtime cannot make it.
pub fn block(env: sys::napi_env, byte_length: f64) -> Option<sys::napi_value> {
    let v8 = maker(env)?;
    if !(byte_length >= 1.0 && byte_length <= MOST_BYTES as f64) {
        return None;
    }
    let byte_length = byte_length as usize;
    let size = size_for(byte_length);
    let base = match take_idle(size) {
        Taken::Block(base) => base,
        Taken::None { many } => {
            if many {
                have_collected(env);
            }
            take(size)?
        }
    };
    // SAFETY: called by Node-API; the block is that of this buffer alone until `given_back` has been called.
    let value = unsafe { v8.new_buffer(base as *mut c_void, byte_length, given_back, size as *mut c_void) };
    (!value.is_null()).then_some(value)
}

/// None where V8 allows no buffers over memory of others, as in Electron, or has other functions for it.
fn maker(env: sys::napi_env) -> Option<&'static V8> {
    static ALLOWED: OnceLock<bool> = OnceLock::new();
    static PROBE: [u8; 8] = [0; 8];
    let allowed = ALLOWED.get_or_init(|| {
        let (mut value, base) = (null_mut(), PROBE.as_ptr().cast_mut().cast::<c_void>());
        // SAFETY: static memory, of which no code ever gets the buffer.
        let status = unsafe { sys::napi_create_external_arraybuffer(env, base, PROBE.len(), None, null_mut(), &mut value) };
        status == sys::Status::napi_ok
    });
    if *allowed { V8::owned() } else { None }
}

fn size_for(byte_length: usize) -> usize {
    let step = (byte_length.next_power_of_two() / 2 / PARTS).max(page_size());
    byte_length.div_ceil(step) * step
}

enum Taken {
    Block(usize),
    None { many: bool },
}

fn take_idle(size: usize) -> Taken {
    let Ok(mut blocks) = BLOCKS.try_lock() else { return Taken::None { many: false } };
    match blocks.idle.get_mut(&size).and_then(Vec::pop) {
        Some(idle) => Taken::Block(idle.base),
        None => Taken::None { many: blocks.bytes + size > MANY_BYTES },
    }
}

/// An idle block, or a new one.
fn take(size: usize) -> Option<usize> {
    let mut blocks = BLOCKS.try_lock().ok()?;
    if let Some(idle) = blocks.idle.get_mut(&size).and_then(Vec::pop) {
        return Some(idle.base);
    }
    if blocks.bytes + size > MOST_BYTES {
        return None;
    }
    let base = map(size)?;
    blocks.bytes += size;
    Some(base)
}

/// Makes a small buffer, before which V8 looks at how much memory the young ones take.
fn have_collected(env: sys::napi_env) {
    let (mut data, mut value) = (null_mut(), null_mut());
    // SAFETY: the env of the running call.
    unsafe { sys::napi_create_arraybuffer(env, 1, &mut data, &mut value) };
}

/// V8 has collected the buffer, or could not make it. Runs on any thread.
unsafe extern "C" fn given_back(base: *mut c_void, _byte_length: usize, size: *mut c_void) {
    let byte_length = size as usize;
    let mut blocks = BLOCKS.lock().unwrap();
    if !blocks.is_watched {
        blocks.is_watched = helper_thread::start(watch);
    }
    if blocks.is_watched {
        let idle = Idle { base: base as usize, byte_length, since: now() };
        blocks.idle.entry(byte_length).or_default().push(idle);
    } else {
        blocks.bytes -= byte_length;
        unmap(base as usize, byte_length);
    }
}

/// Gives blocks to the system that no one has used for a while, until there are none.
fn watch() {
    loop {
        std::thread::sleep(KEPT_FOR);
        let mut blocks = BLOCKS.lock().unwrap();
        let late = now() - KEPT_FOR.as_nanos() as i64;
        let mut old = Vec::new();
        for list in blocks.idle.values_mut() {
            let kept = list.partition_point(|idle| idle.since <= late);
            old.extend(list.drain(..kept));
        }
        blocks.idle.retain(|_, list| !list.is_empty());
        blocks.bytes -= old.iter().map(|idle| idle.byte_length).sum::<usize>();
        blocks.is_watched = !blocks.idle.is_empty();
        let over = !blocks.is_watched;
        drop(blocks);
        old.iter().for_each(|idle| unmap(idle.base, idle.byte_length));
        if over {
            return;
        }
    }
}

fn map(byte_length: usize) -> Option<usize> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: the kernel chooses a free range; nothing that exists is touched.
    let base = unsafe { libc::mmap(null_mut(), byte_length, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
    (base != libc::MAP_FAILED).then_some(base as usize)
}

fn unmap(base: usize, byte_length: usize) {
    // SAFETY: a block without a buffer, which is in no list any more.
    unsafe { libc::munmap(base as *mut c_void, byte_length) };
}
