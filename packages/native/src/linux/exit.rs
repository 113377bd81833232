//! The end of the process, by return from `main` or by `exit()`: Node's for `process.exit`, after it has stopped all workers.

use super::file::{c_path, is_kind, reap_file, status_at};
use super::registry::REGISTRY;
use super::{life, segments};
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Once;

pub fn arrange() {
    static ONCE: Once = Once::new();
    // SAFETY: the handler is never unloaded (nodelete).
    ONCE.call_once(|| unsafe {
        libc::atexit(at_exit);
    });
}

extern "C" fn at_exit() {
    leave();
}

/// Does nothing where another thread may still be using the memory, because some native code called `exit()` beside it, or in a forked
/// child: then the kernel marks the life words and drops the locks, as after SIGKILL, and a sweeper removes the files.
pub fn leave() {
    let Ok(mut registry) = REGISTRY.try_lock() else { return };
    // SAFETY: plain system calls.
    let (process, thread) = unsafe { (libc::getpid(), libc::gettid()) };
    let others = registry.environments.values().any(|environment| environment.thread != thread);
    if registry.process != process || others || life::others_live(thread as u32) {
        return;
    }
    life::release(); // first: a mutex on the robust list must not lose its memory
    let ids: Vec<_> = registry.by_segment.values().copied().collect();
    let mut files = Vec::new();
    for id in ids {
        registry.withdraw(id);
        let Some(mapping) = registry.mappings.get_mut(&id) else { continue };
        if segments::replace(mapping).is_ok() && !mapping.path.is_empty() {
            files.push((mapping.permanent, std::mem::take(&mut mapping.path)));
        }
    }
    drop(registry);
    files.sort(); // the permanent ones last: their directory can go only when the other files in it have gone
    for (permanent, path) in files {
        if permanent {
            remove_with_directory(&path);
        } else {
            reap_file(&path, || {});
        }
    }
}

/// FIFOs go before the file does, while its exclusive lock still keeps out those who would make new ones.
fn remove_with_directory(path: &CString) {
    let Some(directory) = Path::new(std::ffi::OsStr::from_bytes(path.as_bytes())).parent() else { return };
    // A directory that others may write to was not made for us alone; what is in it is not ours to tidy.
    if !is_private(directory) {
        reap_file(path, || {});
    } else if reap_file(path, || remove_fifos(directory)) == 1 {
        let _ = std::fs::remove_dir(directory); // fails if anything is left in it, as it should
    }
}

fn is_private(directory: &Path) -> bool {
    let Some(status) = directory.to_str().and_then(|path| c_path(path.into()).ok()).and_then(|path| status_at(&path).ok()) else {
        return false;
    };
    // SAFETY: a plain system call.
    is_kind(&status, libc::S_IFDIR) && status.st_uid == unsafe { libc::geteuid() } && status.st_mode & 0o022 == 0
}

fn remove_fifos(directory: &Path) {
    use std::os::unix::fs::FileTypeExt;
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_fifo()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
