//! Files in the memory of this process.
//!
//! A mapping is put over a placeholder, by which the addresses stay this toolkit's when the file is taken away. Between that moment and the one
//! in which zeros are there, an access fails: a handler of this library has it tried again.

use super::descriptors::handle_of;
use super::error::{checked, last};
use super::handle::{owned, raw};
use super::symbol::system_symbol;
use std::ffi::c_void;
use std::mem::transmute;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, OnceLock};
use windows_sys::Win32::Foundation::{EXCEPTION_ACCESS_VIOLATION, HANDLE};
use windows_sys::Win32::System::Diagnostics::Debug::{AddVectoredExceptionHandler, EXCEPTION_POINTERS};
use windows_sys::Win32::System::Memory::*;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, SwitchToThread};

const PAGE: usize = 4096;

type Allocate = unsafe extern "system" fn(HANDLE, *mut c_void, usize, u32, u32, *mut c_void, u32) -> *mut c_void;
type MapView = unsafe extern "system" fn(HANDLE, HANDLE, *mut c_void, u64, usize, u32, u32, *mut c_void, u32) -> *mut c_void;
type UnmapView = unsafe extern "system" fn(HANDLE, *mut c_void, u32) -> i32;

/// Functions that Windows has since its version 1803.
struct Placeholders {
    allocate: Allocate,
    map_view: MapView,
    unmap_view: UnmapView,
}

fn placeholders() -> Option<&'static Placeholders> {
    static FOUND: OnceLock<Option<Placeholders>> = OnceLock::new();
    FOUND
        .get_or_init(|| {
            // SAFETY: the types are those of memoryapi.h.
            unsafe {
                let find = |name| system_symbol("kernelbase.dll", name);
                Some(Placeholders {
                    allocate: transmute::<*mut c_void, Allocate>(find(c"VirtualAlloc2")?),
                    map_view: transmute::<*mut c_void, MapView>(find(c"MapViewOfFile3")?),
                    unmap_view: transmute::<*mut c_void, UnmapView>(find(c"UnmapViewOfFile2")?),
                })
            }
        })
        .as_ref()
}

fn up(byte_length: usize) -> usize {
    byte_length.div_ceil(PAGE) * PAGE
}

/// The file is made as long as its last page.
pub fn map(fd: i32, byte_length: usize) -> Result<usize, i32> {
    map_handle(handle_of(fd)?, byte_length)
}

pub fn map_handle(file: HANDLE, byte_length: usize) -> Result<usize, i32> {
    let byte_length = up(byte_length);
    let (high, low) = ((byte_length as u64 >> 32) as u32, byte_length as u32);
    // SAFETY: a section without a name, of a file that is open for writing.
    let section = owned(unsafe { CreateFileMappingW(file, null(), PAGE_READWRITE, high, low, null()) })?;
    // SAFETY: the system chooses a free range; nothing that exists is touched.
    unsafe {
        if let Some(base) = placeholders().and_then(|functions| over_placeholder(functions, raw(&section), byte_length)) {
            return Ok(base);
        }
        let view = MapViewOfFile(raw(&section), FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, byte_length).Value;
        if view.is_null() { Err(last()) } else { Ok(view as usize) }
    }
}

/// # Safety
/// A section of that length or more.
unsafe fn over_placeholder(functions: &Placeholders, section: HANDLE, byte_length: usize) -> Option<usize> {
    // SAFETY: the caller's promise; only a range that has just been reserved is replaced.
    unsafe {
        let process = GetCurrentProcess();
        let reserve = MEM_RESERVE | MEM_RESERVE_PLACEHOLDER;
        let base = (functions.allocate)(process, null_mut(), byte_length, reserve, PAGE_NOACCESS, null_mut(), 0);
        if base.is_null() {
            return None;
        }
        let view = (functions.map_view)(section, process, base, 0, byte_length, MEM_REPLACE_PLACEHOLDER, PAGE_READWRITE, null_mut(), 0);
        if view.is_null() {
            VirtualFree(base, 0, MEM_RELEASE);
            return None;
        }
        Some(view as usize)
    }
}

/// The range that is being replaced; one at a time.
static REPLACED: Mutex<()> = Mutex::new(());
static START: AtomicUsize = AtomicUsize::new(0);
static END: AtomicUsize = AtomicUsize::new(0);

/// Puts private zeros in the place of a mapping.
pub fn replace(base: usize, byte_length: usize) -> Result<(), i32> {
    static ONCE: Once = Once::new();
    // SAFETY: the handler is never unloaded.
    ONCE.call_once(|| unsafe {
        AddVectoredExceptionHandler(1, Some(again));
    });
    let byte_length = up(byte_length);
    let _one = REPLACED.lock().unwrap();
    END.store(base + byte_length, Ordering::SeqCst);
    START.store(base, Ordering::SeqCst);
    // SAFETY: a range of ours.
    let result = unsafe { put_zeros(base as *mut c_void, byte_length) };
    START.store(0, Ordering::SeqCst);
    END.store(0, Ordering::SeqCst);
    result
}

unsafe fn put_zeros(base: *mut c_void, byte_length: usize) -> Result<(), i32> {
    // SAFETY: the caller's promise. Where the range was no placeholder, or there are none, another thread might take the addresses.
    unsafe {
        let process = GetCurrentProcess();
        if let Some(functions) = placeholders()
            && (functions.unmap_view)(process, base, MEM_PRESERVE_PLACEHOLDER) != 0
        {
            let take = MEM_RESERVE | MEM_COMMIT | MEM_REPLACE_PLACEHOLDER;
            let made = (functions.allocate)(process, base, byte_length, take, PAGE_READWRITE, null_mut(), 0);
            return if made.is_null() { Err(last()) } else { Ok(()) };
        }
        checked(UnmapViewOfFile(MEMORY_MAPPED_VIEW_ADDRESS { Value: base }))?;
        let made = VirtualAlloc(base, byte_length, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if made.is_null() { Err(last()) } else { Ok(()) }
    }
}

/// An access to a range while it is being replaced is tried again; any other goes to the next handler.
unsafe extern "system" fn again(pointers: *mut EXCEPTION_POINTERS) -> i32 {
    const TRY_AGAIN: i32 = -1;
    const NOT_OURS: i32 = 0;
    // SAFETY: called by the system with what it promises; the second number of an access violation is the address.
    let (code, address) = unsafe {
        let record = &*(*pointers).ExceptionRecord;
        (record.ExceptionCode, record.ExceptionInformation[1])
    };
    let (start, end) = (START.load(Ordering::SeqCst), END.load(Ordering::SeqCst));
    if code == EXCEPTION_ACCESS_VIOLATION && start != 0 && (start..end).contains(&address) {
        // SAFETY: no memory is involved.
        unsafe { SwitchToThread() };
        return TRY_AGAIN;
    }
    NOT_OURS
}

/// # Safety
/// A range of `map`, or of `replace`, to which nothing refers any more.
pub unsafe fn unmap(base: usize, _byte_length: usize) {
    // SAFETY: the caller's promise. It is either a view, or memory.
    unsafe {
        let base = base as *mut c_void;
        if UnmapViewOfFile(MEMORY_MAPPED_VIEW_ADDRESS { Value: base }) == 0 {
            VirtualFree(base, 0, MEM_RELEASE);
        }
    }
}
