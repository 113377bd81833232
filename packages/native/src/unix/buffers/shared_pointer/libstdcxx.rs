//! The control block of libstdc++, with which Node is built on Linux: `_Sp_counted_base`, and two fields more.

use std::ffi::c_void;
use std::sync::atomic::{AtomicI32, Ordering};

#[repr(C)]
struct ControlBlock {
    vtable: *const Slots,
    uses: AtomicI32,
    weaks: AtomicI32,
    object: *mut c_void,
    destroy: unsafe fn(*mut c_void),
}

#[repr(C)]
struct Slots {
    complete_destructor: unsafe extern "C" fn(*mut ControlBlock),
    deleting_destructor: unsafe extern "C" fn(*mut ControlBlock),
    dispose: unsafe extern "C" fn(*mut ControlBlock),
    destroy: unsafe extern "C" fn(*mut ControlBlock),
    get_deleter: unsafe extern "C" fn(*mut ControlBlock, *const c_void) -> *mut c_void,
}

/// A virtual table as the ABI lays it out; objects point at `slots`. V8 never asks this class for its type: there is no such object in V8
/// but behind `shared_ptr`, which never does.
#[repr(C)]
struct VirtualTable {
    offset_to_top: isize,
    type_info: usize,
    slots: Slots,
}

static VIRTUAL_TABLE: VirtualTable = VirtualTable {
    offset_to_top: 0,
    type_info: 0,
    slots: Slots { complete_destructor: nothing, deleting_destructor: free, dispose, destroy: free, get_deleter },
};

pub fn control_of(object: *mut c_void, destroy: unsafe fn(*mut c_void)) -> *mut c_void {
    let (uses, weaks) = (AtomicI32::new(1), AtomicI32::new(1));
    Box::into_raw(Box::new(ControlBlock { vtable: &VIRTUAL_TABLE.slots, uses, weaks, object, destroy })).cast()
}

/// # Safety
/// A control block of `control_of`, with a use that is the caller's to drop.
pub unsafe fn release(control: *mut c_void) {
    let control = control.cast::<ControlBlock>();
    // SAFETY: the caller's promise.
    unsafe {
        if (*control).uses.fetch_sub(1, Ordering::AcqRel) != 1 {
            return;
        }
        dispose(control);
        if (*control).weaks.fetch_sub(1, Ordering::AcqRel) == 1 {
            free(control);
        }
    }
}

unsafe extern "C" fn dispose(control: *mut ControlBlock) {
    // SAFETY: the last use is gone.
    unsafe { ((*control).destroy)((*control).object) };
}

unsafe extern "C" fn free(control: *mut ControlBlock) {
    // SAFETY: made by `Box::into_raw`, and nothing refers to it any more.
    drop(unsafe { Box::from_raw(control) });
}

unsafe extern "C" fn nothing(_control: *mut ControlBlock) {}

unsafe extern "C" fn get_deleter(_control: *mut ControlBlock, _type: *const c_void) -> *mut c_void {
    std::ptr::null_mut()
}
