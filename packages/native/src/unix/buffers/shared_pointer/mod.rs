//! `std::shared_ptr`, made by hand as each standard library of C++ lays it out. A file for each; all of it is fixed by the Itanium C++ ABI
//! and by what programs that were compiled with the library have inlined.

pub mod libcxx;
pub mod libstdcxx;

use std::ffi::c_void;

/// `std::shared_ptr<T>` is two words in both; as an argument it is passed by address, since it has a copy constructor.
#[repr(C)]
pub struct SharedPointer {
    pub object: *mut c_void,
    pub control: *mut c_void,
}

/// Which library's pointers a function takes: its mangled name tells.
#[derive(Clone, Copy)]
pub enum Library {
    Libstdcxx,
    Libcxx,
}

impl Library {
    /// A pointer with one use. `destroy` runs when the last one is gone, on whatever thread.
    pub fn pointer_to(self, object: *mut c_void, destroy: unsafe fn(*mut c_void)) -> SharedPointer {
        let control = match self {
            Self::Libstdcxx => libstdcxx::control_of(object, destroy),
            Self::Libcxx => libcxx::control_of(object, destroy),
        };
        SharedPointer { object, control }
    }

    /// `~shared_ptr`.
    ///
    /// # Safety
    /// Null, or a control block of `pointer_to` with a use that is the caller's to drop.
    pub unsafe fn release(self, control: *mut c_void) {
        if control.is_null() {
            return;
        }
        // SAFETY: the caller's promise.
        unsafe {
            match self {
                Self::Libstdcxx => libstdcxx::release(control),
                Self::Libcxx => libcxx::release(control),
            }
        }
    }
}
