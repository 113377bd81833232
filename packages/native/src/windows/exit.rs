//! The end of the process in order, by return from `main` or by `exit()`, which Node calls after it has stopped all workers. Windows has ended all
//! other threads by the time that handlers of a library run.

use super::file::was_made_by_us;
use super::handle::wide_path;
use super::mapped;
use crate::common::memory::registry::{Mapping, REGISTRY};
use crate::common::reap::{Only, reap_file};
use crate::platform::backend;
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use windows_sys::Win32::Storage::FileSystem::RemoveDirectoryW;

/// The file by whose lock those that take a slot of the registry keep each other out.
const CLAIM_LOCK: &str = "claim.lock";

/// Set before this process lets go of its segments.
static LEFT: AtomicBool = AtomicBool::new(false);

/// Whether this process has let go of its segments, or is about to.
pub fn has_left() -> bool {
    LEFT.load(Ordering::SeqCst)
}

unsafe extern "C" {
    fn atexit(run: extern "C" fn()) -> i32;
}

pub fn arrange() {
    static ONCE: Once = Once::new();
    // SAFETY: the handler is never unloaded.
    ONCE.call_once(|| unsafe {
        atexit(at_exit);
    });
}

/// Before the end, other threads may use the memory, and nothing here tells.
pub fn leave() {}

extern "C" fn at_exit() {
    // A thread may have been ended while it had this locked: then a sweeper removes the files, as after a kill.
    let Ok(mut registry) = REGISTRY.try_lock() else { return };
    backend().release_life();
    LEFT.store(true, Ordering::SeqCst);
    let ids: Vec<_> = registry.by_segment.values().copied().collect();
    let mut files = Vec::new();
    for id in ids {
        let path = registry.mappings.get_mut(&id).map(Mapping::take_path).unwrap_or_default();
        registry.withdraw(id);
        let Some(mapping) = registry.mappings.get(&id) else { continue };
        // SAFETY: no code that could use it runs any more.
        unsafe { mapped::unmap(mapping.base, mapping.byte_length) };
        if !path.is_empty() {
            files.push((mapping.permanent, path, mapping.file));
        }
    }
    drop(registry);
    backend().leave();
    files.sort(); // the permanent ones last: their directory can go only when the other files in it have gone
    for (permanent, path, file) in files {
        let alone = || {
            if permanent {
                backend().remove_meeting()
            }
        };
        if reap_file(&path, Only::File(file), alone) == 1 && permanent {
            remove_directory_of(&path);
        }
    }
}

/// If this toolkit has made it; a directory of the user's stays.
fn remove_directory_of(path: &CStr) {
    let Some(directory) = directory_of(path) else { return };
    let Ok(name) = CString::new(directory.to_string_lossy().as_bytes()) else { return };
    let name = wide_path(&name);
    if was_made_by_us(&name) {
        let _ = std::fs::remove_file(directory.join(CLAIM_LOCK));
        // SAFETY: a path that ends with a zero. It fails if anything is left in it, as it should.
        unsafe { RemoveDirectoryW(name.as_ptr()) };
    }
}

fn directory_of(path: &CStr) -> Option<PathBuf> {
    Path::new(path.to_str().ok()?).parent().map(Path::to_path_buf)
}
