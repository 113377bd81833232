//! Which lot a thread uses: the one that it has named, else the last that its process has.

use super::fifo;
use super::holder::{Holder, remove_fifo};
use super::lot::Lot;
use super::sleeper;
use crate::unix::errno::checked;
use crate::unix::file::{FileId, is_kind, status_of};
use std::cell::Cell;
use std::ffi::CString;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

const OWNER_ONLY: libc::mode_t = 0o600;

/// Those that this process has. They stay until it ends, as its locks must.
static LOTS: Mutex<Vec<&'static Lot>> = Mutex::new(Vec::new());
static LAST: AtomicPtr<Lot> = AtomicPtr::new(std::ptr::null_mut());

thread_local! {
    static MINE: Cell<Option<&'static Lot>> = const { Cell::new(None) };
}

pub fn meet(path: &CString, prefix: &str) -> Result<i32, i32> {
    let lot = of_path(path, prefix)?;
    MINE.set(Some(lot));
    LAST.store(std::ptr::from_ref(lot).cast_mut(), Ordering::Release);
    Ok(0)
}

/// A file is opened once a process: closing another descriptor of it would drop the locks.
fn of_path(path: &CString, prefix: &str) -> Result<&'static Lot, i32> {
    let mut lots = LOTS.lock().unwrap();
    let known = |id: FileId| lots.iter().find(|lot| lot.id == id).copied();
    if let Some(lot) = id_at(path).and_then(known) {
        return Ok(lot);
    }
    // O_NONBLOCK: opening a FIFO that another program put there must not hang. Only a path in /proc may be a link.
    let follow = if path.as_bytes().starts_with(b"/proc/") { 0 } else { libc::O_NOFOLLOW };
    let flags = libc::O_RDWR | libc::O_CREAT | libc::O_NONBLOCK | libc::O_CLOEXEC | follow;
    // SAFETY: a valid path; what the kernel returns has no other owner.
    let file = checked(unsafe { libc::open(path.as_ptr(), flags, 0o600) }).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })?;
    let known = status_of(file.as_raw_fd()).ok().and_then(|status| known(FileId::of(&status)));
    if let Some(lot) = known {
        let _ = file.into_raw_fd(); // given its name between the two looks; never closed
        return Ok(lot);
    }
    let lot: &'static Lot = Box::leak(Box::new(made_of(file, prefix)?));
    lots.push(lot);
    Ok(lot)
}

/// What cannot be used stays open as well: another copy of this library may use it in this process, and have locks.
fn made_of(file: OwnedFd, prefix: &str) -> Result<Lot, i32> {
    let file = ManuallyDrop::new(file);
    let fd = file.as_raw_fd();
    let status = status_of(fd)?;
    // Anything else that has the name is not ours to change.
    if !is_kind(&status, libc::S_IFREG) || !Lot::may_be(status.st_size as usize) {
        return Err(-libc::EINVAL);
    }
    if status.st_mode & OWNER_ONLY != OWNER_ONLY {
        // SAFETY: no memory is involved. Whatever the umask of who has made it.
        checked(unsafe { libc::fchmod(fd, OWNER_ONLY) })?;
    }
    // Says to those that sweep that a process has it. Theirs is held for a moment.
    // SAFETY: no memory is involved.
    checked(unsafe { libc::flock(fd, libc::LOCK_SH) })?;
    Lot::of(fd, FileId::of(&status), prefix)
}

fn id_at(path: &CString) -> Option<FileId> {
    // SAFETY: plain integers, for which all zeros is a value; stat fills it. Both pointers are valid for the call.
    unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        checked(libc::stat(path.as_ptr(), &mut status)).ok()?;
        Some(FileId::of(&status))
    }
}

pub fn current() -> Option<&'static Lot> {
    MINE.get().or_else(|| {
        // SAFETY: null, or a lot, which is never freed.
        unsafe { LAST.load(Ordering::Acquire).as_ref() }
    })
}

/// The last process that has the lot takes its name away.
pub fn remove() {
    let Some(lot) = current() else { return };
    if let Ok(path) = lot.own_path()
        && id_at(&path) == Some(lot.id)
    {
        fifo::remove(&path);
    }
}

/// The process ends: its FIFOs lose their names.
pub fn leave() {
    sleeper::remove_all();
    for lot in LOTS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        remove_fifo(lot, Holder(lot.mine.load(Ordering::Acquire)));
    }
}
