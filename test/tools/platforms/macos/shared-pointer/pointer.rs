//! The control block that the native part makes for Nodes that are built with libc++, for a program of C++ to try: see main.cpp.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ffi::c_void;
use std::sync::atomic::{AtomicIsize, Ordering};

#[path = "../../../../../packages/native/src/unix/buffers/shared_pointer/libcxx.rs"]
mod libcxx;

static LIVING: AtomicIsize = AtomicIsize::new(0);
static DESTROYED: AtomicIsize = AtomicIsize::new(0);

struct Counting;

// SAFETY: the system's, which keeps all promises.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVING.fetch_add(1, Ordering::SeqCst);
        // SAFETY: as above; so below.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVING.fetch_sub(1, Ordering::SeqCst);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

unsafe fn destroy(_object: *mut c_void) {
    DESTROYED.fetch_add(1, Ordering::SeqCst);
}

#[unsafe(no_mangle)]
pub extern "C" fn control_of(object: *mut c_void) -> *mut c_void {
    libcxx::control_of(object, destroy)
}

/// # Safety
/// As for the function that it calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(control: *mut c_void) {
    unsafe { libcxx::release(control) }
}

#[unsafe(no_mangle)]
pub extern "C" fn destroyed() -> isize {
    DESTROYED.load(Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn living() -> isize {
    LIVING.load(Ordering::SeqCst)
}
