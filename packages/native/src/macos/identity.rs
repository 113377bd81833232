//! What threads, this process and this library are known by.

use std::ffi::c_void;
use std::mem::zeroed;
use std::sync::OnceLock;

/// Process numbers are below this bit, and numbers of other threads than the main one have it.
const NOT_MAIN: i32 = 0x2000_0000;

/// The number of the process for its main thread; for others the kernel's number of the thread, of which no two in a process are alike.
pub fn thread_number() -> i32 {
    let mut number = 0u64;
    // SAFETY: `number` is writable; 0 is the calling thread.
    unsafe {
        if libc::pthread_main_np() != 0 {
            return libc::getpid();
        }
        libc::pthread_threadid_np(0, &mut number);
    }
    NOT_MAIN | (number & (NOT_MAIN as u64 - 1)) as i32
}

/// `struct proc_uniqidentifierinfo` of sys/proc_info.h. Zeros in older systems where there is a version.
#[repr(C)]
struct Unique {
    executable: [u8; 16],
    process: u64,
    parent: u64,
    version: i32,
    parent_version: i32,
    reserved: [u64; 2],
}

unsafe extern "C" {
    /// Where the program itself lies in memory, which is another place each time.
    fn _dyld_get_image_vmaddr_slide(image: u32) -> isize;
}

const PROC_PIDUNIQIDENTIFIERINFO: i32 = 17;

/// A number that all code of this process finds, and no other process: the kernel counts all processes since its start. A program that
/// this process becomes has another, by the version, and by the place where it lies in memory.
pub fn process_mark() -> u32 {
    static MARK: OnceLock<u32> = OnceLock::new();
    *MARK.get_or_init(|| {
        // SAFETY: plain integers, for which all zeros is a value; the kernel fills as many bytes as it is told.
        let (unique, slide) = unsafe {
            let mut unique: Unique = zeroed();
            let (flavour, size) = (PROC_PIDUNIQIDENTIFIERINFO, size_of::<Unique>() as i32);
            libc::proc_pidinfo(libc::getpid(), flavour, 0, (&raw mut unique).cast(), size);
            (unique, _dyld_get_image_vmaddr_slide(0) as u64)
        };
        let number = unique.process ^ u64::from(unique.version as u32) << 24 ^ slide << 20;
        (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32 | 1
    })
}

/// A worker's teardown closes the library. Memory, finalizers and the exit handler outlive the worker, so must the code.
pub fn stay_loaded() {
    // SAFETY: the address of a function of this library; dladdr fills what it is given. The path is valid as long as the library is there.
    unsafe {
        let mut library: libc::Dl_info = zeroed();
        if libc::dladdr(stay_loaded as *const c_void, &mut library) != 0 {
            libc::dlopen(library.dli_fname, libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE);
        }
    }
}
