//! The list of words that the kernel marks when the calling thread ends. The C library has registered its head; we add entries by hand.
//!
//! An entry is a pointer to a node, and the word it stands for lies `futex_offset` bytes from there: one number for the whole list, which
//! is the C library's. The kernel reads the head and the nodes, and writes the words. Here heads and nodes are memory of this process
//! alone; only words are shared, so that another process can change what is in a word, but not where the kernel goes.
//!
//! The C library walks the list as well, when it locks and unlocks robust mutexes beside ours. It keeps a pointer to the previous node
//! just before the one to the next, and so do we. `join` tries that out before it relies on it.

use crate::unix::errno::last;
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr::null_mut;

/// `struct robust_list_head` of the kernel.
#[repr(C)]
struct Head {
    next: usize,
    futex_offset: isize,
    pending: usize,
}

/// Marks an entry whose word is a mutex with priority inheritance.
const INHERITS: usize = 1;
const POINTER: usize = size_of::<usize>();

/// The list of one thread. Used by that thread only.
#[derive(Clone, Copy)]
pub struct RobustList {
    head: *mut Head,
}

thread_local! {
    static TRIED: Cell<Option<RobustList>> = const { Cell::new(None) };
}

impl RobustList {
    /// The calling thread's. `-ENOSYS` where there is none, as under qemu-user; `-ENOTSUP` where the C library keeps it in another way.
    pub fn of_this_thread() -> Result<Self, i32> {
        if let Some(list) = TRIED.get() {
            return Ok(list);
        }
        let list = Self::tried()?;
        TRIED.set(Some(list));
        Ok(list)
    }

    /// Where the node is to be whose word is at that address.
    pub fn node_of(self, word: usize) -> usize {
        // SAFETY: the head lives as long as its thread.
        word.wrapping_add_signed(unsafe { -(*self.head).futex_offset })
    }

    /// Adds an entry in front, having put `value` into its word. Killed at whatever moment, the word is marked or was never written.
    ///
    /// # Safety
    /// Node and the pointer before it are writable, the thread's own, and stay until `leave` or the thread's end.
    pub unsafe fn join(self, node: usize, write_word: impl FnOnce()) {
        // SAFETY: the caller's promise. Volatile and in this order: the kernel may look between any two of them.
        unsafe {
            (&raw mut (*self.head).pending).write_volatile(node);
            write_word();
            let first = (&raw mut (*self.head).next).read_volatile();
            (node as *mut usize).write_volatile(first);
            before(node).write_volatile(self.head as usize);
            if first & !INHERITS != self.head as usize {
                before(first & !INHERITS).write_volatile(node);
            }
            (&raw mut (*self.head).next).write_volatile(node);
            (&raw mut (*self.head).pending).write_volatile(0);
        }
    }

    /// Takes an entry out, and lets its word be cleared. Killed at whatever moment, the word is marked or has been cleared.
    ///
    /// # Safety
    /// `node` has joined this list in this thread.
    pub unsafe fn leave(self, node: usize, clear_word: impl FnOnce()) {
        // SAFETY: as above.
        unsafe {
            (&raw mut (*self.head).pending).write_volatile(node);
            let next = (node as *mut usize).read_volatile();
            let previous = before(node).read_volatile();
            if next & !INHERITS != self.head as usize {
                before(next & !INHERITS).write_volatile(previous);
            }
            (previous as *mut usize).write_volatile(next);
            clear_word();
            (&raw mut (*self.head).pending).write_volatile(0);
        }
    }

    /// Locks two mutexes of its own, and looks how the C library has put them into the list.
    fn tried() -> Result<Self, i32> {
        let mut first = Mutex::new()?;
        let mut second = Mutex::new()?;
        first.lock()?; // musl registers the list now
        let list = Self::registered()?;
        let one = list.first();
        second.lock()?;
        let two = list.first();
        let head = list.head as usize;
        // SAFETY: read only where it is inside one of the two mutexes.
        let is_known = first.contains(one)
            && second.contains(two)
            && unsafe {
                first.holds_thread(list.word_of(one))
                    && second.holds_thread(list.word_of(two))
                    && (two as *const usize).read() == one
                    && before(two).read() == head
                    && before(one).read() == two
            };
        first.unlock();
        let is_known = is_known && list.first() == two;
        // SAFETY: as above.
        let is_known = is_known && unsafe { before(two).read() == head };
        second.unlock();
        if is_known { Ok(list) } else { Err(-libc::ENOTSUP) }
    }

    fn registered() -> Result<Self, i32> {
        let (mut head, mut length): (*mut Head, usize) = (null_mut(), 0);
        // SAFETY: both are writable; 0 is the calling thread.
        if unsafe { libc::syscall(libc::SYS_get_robust_list, 0, &mut head, &mut length) } == -1 {
            return Err(last());
        }
        if head.is_null() || length != size_of::<Head>() { Err(-libc::ENOTSUP) } else { Ok(Self { head }) }
    }

    fn first(self) -> usize {
        // SAFETY: as in `node_of`.
        unsafe { (&raw mut (*self.head).next).read_volatile() & !INHERITS }
    }

    fn word_of(self, node: usize) -> usize {
        // SAFETY: as in `node_of`.
        node.wrapping_add_signed(unsafe { (*self.head).futex_offset })
    }
}

fn before(node: usize) -> *mut usize {
    (node - POINTER) as *mut usize
}

/// A robust mutex in memory of our own. It is boxed, since it must not move, and unlocked when it goes.
struct Mutex {
    mutex: Box<MaybeUninit<libc::pthread_mutex_t>>,
    locked: bool,
}

impl Mutex {
    fn new() -> Result<Self, i32> {
        let mut mutex = Box::new(MaybeUninit::zeroed());
        let mut attributes = MaybeUninit::uninit();
        // SAFETY: the attributes are initialised by the first call, before the others.
        unsafe {
            check(libc::pthread_mutexattr_init(attributes.as_mut_ptr()))?;
            // musl registers the list for mutexes that processes share only.
            let result = check(libc::pthread_mutexattr_setpshared(attributes.as_mut_ptr(), libc::PTHREAD_PROCESS_SHARED))
                .and_then(|()| check(libc::pthread_mutexattr_setrobust(attributes.as_mut_ptr(), libc::PTHREAD_MUTEX_ROBUST)))
                .and_then(|()| check(libc::pthread_mutex_init(mutex.as_mut_ptr(), attributes.as_ptr())));
            libc::pthread_mutexattr_destroy(attributes.as_mut_ptr());
            result?;
        }
        Ok(Self { mutex, locked: false })
    }

    fn lock(&mut self) -> Result<(), i32> {
        // SAFETY: initialised, and in its place.
        check(unsafe { libc::pthread_mutex_lock(self.mutex.as_mut_ptr()) })?;
        self.locked = true;
        Ok(())
    }

    fn unlock(&mut self) {
        if std::mem::take(&mut self.locked) {
            // SAFETY: locked by this thread.
            unsafe { libc::pthread_mutex_unlock(self.mutex.as_mut_ptr()) };
        }
    }

    /// Whether a node there, with the pointer before it, lies inside.
    fn contains(&self, node: usize) -> bool {
        let start = self.mutex.as_ptr() as usize;
        node >= start + POINTER && node + POINTER <= start + size_of::<libc::pthread_mutex_t>()
    }

    /// Whether the word there is inside, and has the calling thread's number.
    fn holds_thread(&self, word: usize) -> bool {
        let start = self.mutex.as_ptr() as usize;
        let end = start + size_of::<libc::pthread_mutex_t>() - size_of::<u32>();
        // SAFETY: inside the mutex, which is ours.
        (start..=end).contains(&word) && unsafe { (word as *const u32).read() as i32 == libc::gettid() }
    }
}

impl Drop for Mutex {
    fn drop(&mut self) {
        self.unlock();
        // SAFETY: initialised, and unlocked.
        unsafe { libc::pthread_mutex_destroy(self.mutex.as_mut_ptr()) };
    }
}

/// pthread functions return the error instead of setting `errno`.
fn check(error: i32) -> Result<(), i32> {
    if error == 0 { Ok(()) } else { Err(-error) }
}
