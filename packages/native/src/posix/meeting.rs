//! Which lot a thread uses: the one that it has named, else the last that its process has.

use super::holder::Holder;
use super::lot::Lot;
use super::sleeper;
use crate::common::file_id::FileId;
use crate::platform::ends::withdraw;
use crate::platform::lot_file::{self, LotFile};
use std::cell::Cell;
use std::ffi::CString;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError};

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
    if let Some(lot) = lot_file::id_at(path).ok().and_then(known) {
        return Ok(lot);
    }
    let file = lot_file::open(path)?;
    let id = lot_file::id_of(file)?;
    if let Some(lot) = known(id) {
        return Ok(lot); // given its name between the two looks
    }
    let lot: &'static Lot = Box::leak(Box::new(made_of(file, id, prefix)?));
    lots.push(lot);
    Ok(lot)
}

/// What cannot be used stays open as well: another copy of this library may use it in this process, and have locks.
fn made_of(file: LotFile, id: FileId, prefix: &str) -> Result<Lot, i32> {
    if !Lot::may_be(lot_file::take(file)?) {
        return Err(-libc::EINVAL);
    }
    Lot::of(file, id, prefix)
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
        && lot_file::id_at(&path) == Ok(lot.id)
    {
        lot_file::remove(&path);
    }
}

/// The process ends: its FIFOs lose their names.
pub fn leave() {
    sleeper::remove_all();
    for lot in LOTS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        withdraw(lot, Holder(lot.mine.load(Ordering::Acquire)));
    }
}
