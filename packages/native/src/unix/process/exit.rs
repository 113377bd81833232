//! The end of the process, by return from `main` or by `exit()`, which Node calls after it has stopped all workers, or by
//! `quick_exit()`, which Bun calls on Linux.

use crate::common::file_id::{FileId, c_path};
use crate::common::life::others_live;
use crate::common::memory::registry::REGISTRY;
use crate::common::reap::{Only, reap_file};
use crate::platform::{backend, thread_number};
use crate::unix::file::{is_kind, status_at};
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set before this process lets go of its segments.
static LEFT: AtomicBool = AtomicBool::new(false);

/// Whether this process has let go of its segments, or is about to: zeros are where they were.
pub fn has_left() -> bool {
    LEFT.load(Ordering::SeqCst)
}

pub fn arrange() {
    static ONCE: Once = Once::new();
    // SAFETY: the handler is never unloaded (nodelete).
    ONCE.call_once(|| unsafe {
        libc::atexit(at_exit);
        #[cfg(target_os = "linux")]
        at_quick_exit(at_exit);
    });
}

#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn at_quick_exit(handler: extern "C" fn()) -> i32;
}

extern "C" fn at_exit() {
    leave();
}

/// Does nothing in a forked child, or if another thread may still use the memory, because native code called `exit()` beside it. Then
/// the kernel marks the life words and drops the locks, as after SIGKILL, and a sweeper removes the files.
pub fn leave() {
    let Ok(mut registry) = REGISTRY.try_lock() else { return };
    // SAFETY: a plain system call.
    let (process, thread) = (unsafe { libc::getpid() }, thread_number());
    let others = registry.environments.values().any(|environment| environment.thread != thread);
    if registry.process != process || others || others_live(thread as u32) {
        return;
    }
    backend().release_life(); // first: a word on the robust list must not lose its memory
    LEFT.store(true, Ordering::SeqCst);
    let ids: Vec<_> = registry.by_segment.values().copied().collect();
    let mut files = Vec::new();
    for id in ids {
        registry.withdraw(id);
        let Some(mapping) = registry.mappings.get_mut(&id) else { continue };
        if mapping.replace().is_ok() && !mapping.path.is_empty() {
            files.push((mapping.permanent, std::mem::take(&mut mapping.path), mapping.file));
        }
    }
    drop(registry);
    backend().leave();
    files.sort(); // the permanent ones last: their directory can go only when the other files in it have gone
    for (permanent, path, file) in files {
        if permanent {
            remove_with_directory(&path, file);
        } else {
            reap_file(&path, Only::File(file), || {});
        }
    }
}

/// Removes FIFOs before the file, while its exclusive lock still keeps out processes that would make new ones. Then removes the
/// directory if this toolkit has made it, which its sticky bit tells; a directory of the user's stays.
fn remove_with_directory(path: &CString, file: FileId) {
    let Some(directory) = Path::new(std::ffi::OsStr::from_bytes(path.as_bytes())).parent() else { return };
    // A directory that other users may write to may hold their files: leave it alone.
    let Some(mode) = private_mode(directory) else {
        reap_file(path, Only::File(file), || backend().remove_meeting());
        return;
    };
    let alone = || {
        backend().remove_meeting();
        remove_beside(directory);
    };
    if reap_file(path, Only::File(file), alone) == 1 && mode & libc::S_ISVTX != 0 {
        let _ = std::fs::remove_dir(directory); // fails if anything is left in it, as it should
    }
}

fn private_mode(directory: &Path) -> Option<libc::mode_t> {
    let status = status_at(&c_path(directory.to_str()?.into()).ok()?).ok()?;
    // SAFETY: a plain system call.
    let private = is_kind(&status, libc::S_IFDIR) && status.st_uid == unsafe { libc::geteuid() } && status.st_mode & 0o022 == 0;
    private.then_some(status.st_mode)
}

/// What goes with the file: FIFOs of dead threads (`bell-`, and hexadecimal numbers), and what the backend has made.
fn remove_beside(directory: &Path) {
    use std::os::unix::fs::FileTypeExt;
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    let prefix = backend().prefix();
    for entry in entries.flatten() {
        let (name, Ok(kind)) = (entry.file_name(), entry.file_type()) else { continue };
        let rest = name.as_bytes().strip_prefix(b"bell-");
        let bell = rest.is_some_and(|rest| rest.contains(&b'-') && rest.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-'));
        let backends = prefix.as_ref().is_some_and(|prefix| name.as_bytes().starts_with(prefix.as_bytes()));
        if (bell || backends) && kind.is_fifo() {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
