//! The control block of libc++, with which Node is built on macOS: `std::__shared_weak_count`, and two fields more. Both counts are one
//! less than what they count, so a new block has zeros.

use std::ffi::c_void;
use std::sync::atomic::{AtomicIsize, Ordering};

#[repr(C)]
struct ControlBlock {
    vtable: *const Slots,
    owners: AtomicIsize,
    weak_owners: AtomicIsize,
    object: *mut c_void,
    destroy: unsafe fn(*mut c_void),
}

/// The destructors and `__on_zero_shared` of the base class `__shared_count`, then those of `__shared_weak_count`, as they are declared.
#[repr(C)]
struct Slots {
    complete_destructor: unsafe extern "C" fn(*mut ControlBlock),
    deleting_destructor: unsafe extern "C" fn(*mut ControlBlock),
    on_zero_shared: unsafe extern "C" fn(*mut ControlBlock),
    get_deleter: unsafe extern "C" fn(*const ControlBlock, *const c_void) -> *const c_void,
    on_zero_shared_weak: unsafe extern "C" fn(*mut ControlBlock),
}

/// As in `libstdcxx.rs`.
#[repr(C)]
struct VirtualTable {
    offset_to_top: isize,
    type_info: usize,
    slots: Slots,
}

static VIRTUAL_TABLE: VirtualTable = VirtualTable {
    offset_to_top: 0,
    type_info: 0,
    slots: Slots { complete_destructor: nothing, deleting_destructor: free, on_zero_shared, get_deleter, on_zero_shared_weak: free },
};

pub fn control_of(object: *mut c_void, destroy: unsafe fn(*mut c_void)) -> *mut c_void {
    let (owners, weak_owners) = (AtomicIsize::new(0), AtomicIsize::new(0));
    Box::into_raw(Box::new(ControlBlock { vtable: &VIRTUAL_TABLE.slots, owners, weak_owners, object, destroy })).cast()
}

/// # Safety
/// A control block of `control_of`, with a use that is the caller's to drop.
pub unsafe fn release(control: *mut c_void) {
    let control = control.cast::<ControlBlock>();
    // SAFETY: the caller's promise.
    unsafe {
        if (*control).owners.fetch_sub(1, Ordering::AcqRel) != 0 {
            return;
        }
        on_zero_shared(control);
        if (*control).weak_owners.fetch_sub(1, Ordering::AcqRel) == 0 {
            free(control);
        }
    }
}

unsafe extern "C" fn on_zero_shared(control: *mut ControlBlock) {
    // SAFETY: the last use is gone.
    unsafe { ((*control).destroy)((*control).object) };
}

unsafe extern "C" fn free(control: *mut ControlBlock) {
    // SAFETY: made by `Box::into_raw`, and nothing refers to it any more.
    drop(unsafe { Box::from_raw(control) });
}

unsafe extern "C" fn nothing(_control: *mut ControlBlock) {}

unsafe extern "C" fn get_deleter(_control: *const ControlBlock, _type: *const c_void) -> *const c_void {
    std::ptr::null()
}
