//! A thread's life word, which the kernel marks when the thread ends, however it ends: see the kernel's robust-futexes.txt.

use super::futex;
use super::robust_list::RobustList;
use crate::common::life::{OWNER_DIED, WAITERS, cell_at, note_claim, note_end};
use crate::common::memory::page_size;
use crate::unix::errno::last;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::c_void;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

// The word is one half of the cell, which one is the C library's choice. The node of the kernel's list lies 32 bytes behind the cell,
// and what leads back lies before the node: in the next page, over which this process has put memory of its own. So the list is out of
// reach for the processes that share the segment.

/// musl marks the words itself when a thread ends, and looks in the half before the word for the kind of the mutex: one that others
/// share, or it would not wake them. Taken for a life word, this is that of a dead thread.
const SHARED_MUTEX: u32 = OWNER_DIED | 128;

#[derive(Clone, Copy)]
struct Life {
    list: RobustList,
    node: usize,
    word: &'static AtomicU32,
}

thread_local! {
    static MINE: Cell<Option<Life>> = const { Cell::new(None) };
}

/// The pages that this process has covered with private memory.
static COVERS: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

/// Whether the kernel marks words at a thread's end.
pub fn is_possible() -> bool {
    RobustList::of_this_thread().is_ok()
}

pub fn claim(segment: u32, offset: f64) -> Result<i32, i32> {
    if MINE.get().is_some() {
        return Err(-libc::EEXIST);
    }
    let (cell, cover) = cell_at(segment, offset)?;
    let list = RobustList::of_this_thread()?;
    // The half whose node is aligned as pointers are.
    let index = if list.node_of(cell) % align_of::<usize>() == 0 { 0 } else { size_of::<u32>() };
    let node = list.node_of(cell + index);
    let inside = cover + size_of::<usize>()..=cover + page_size() - size_of::<usize>();
    if node % align_of::<usize>() != 0 || !inside.contains(&node) {
        return Err(-libc::ENOTSUP);
    }
    let mut covers = COVERS.lock().unwrap();
    if !covers.contains(&cover) {
        put_own_page(cover)?;
        covers.insert(cover);
    }
    drop(covers);
    // SAFETY: inside the cell; a permanent segment stays mapped until the process ends. Other processes change it by atomics only.
    let [kind, word]: [&'static AtomicU32; 2] = [cell, cell + index].map(|at| unsafe { AtomicU32::from_ptr(at as *mut u32) });
    if index != 0 {
        kind.store(SHARED_MUTEX, Ordering::SeqCst);
    }
    // SAFETY: a plain system call.
    let thread = unsafe { libc::gettid() } as u32;
    // SAFETY: node and what is before it are in the page just put there, in the part that belongs to this cell alone.
    unsafe {
        // With the bit for waiters: otherwise the kernel would mark the word without waking a thread.
        list.join(node, || word.store(thread | WAITERS, Ordering::SeqCst));
    }
    MINE.set(Some(Life { list, node, word }));
    note_claim(thread, word);
    Ok(index as i32)
}

fn put_own_page(address: usize) -> Result<(), i32> {
    let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED);
    // SAFETY: MAP_FIXED over a whole page of the segment, in which nothing is.
    let base = unsafe { libc::mmap(address as *mut c_void, page_size(), access, flags, -1, 0) };
    if base == libc::MAP_FAILED { Err(last()) } else { Ok(()) }
}

pub fn release() -> i32 {
    let Some(Life { list, node, word }) = MINE.take() else { return -libc::EPERM };
    // SAFETY: joined by this thread in `claim`.
    unsafe { list.leave(node, || word.store(0, Ordering::SeqCst)) };
    // SAFETY: the same word; a permanent segment stays mapped.
    futex::wake(unsafe { AtomicI32::from_ptr(word.as_ptr().cast()) }, i32::MAX);
    note_end(word);
    0
}
