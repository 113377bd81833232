//! The lot: a file with a place for each process and for each thread that sleeps. All processes of one registry map the same.

use crate::common::file_id::FileId;
use crate::platform::Descriptor;
use crate::platform::lot_file::{self, LotFile};
use std::ffi::CString;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

// One page with SLEEPERS, one more than the highest sleeper that was ever claimed. It is only raised.
// Then PLACES, 8 bytes for each process: the generation of the last process that had the place, and above it the mark of that process.
// Changed in one step by a process that has the byte of the same number locked, and only when it takes the place. A crash leaves the old
// ones or the new ones; no living process has either.
// Then the sleepers: see sleeper.rs. Memory for each is got when it is claimed for the first time.
const HEAD_BYTES: usize = 4096;
pub const PLACES: usize = 1 << 12;
const SLEEPERS_AT: usize = 64 * 1024;
/// Twice as many as the registry has threads: children also have one that waits for the parent's end.
pub const MAX_SLEEPERS: usize = 1 << 13;
const BYTES: usize = SLEEPERS_AT + MAX_SLEEPERS * size_of::<Sleeper>();

/// What one thread sleeps on: see sleeper.rs.
#[repr(C, align(64))]
pub struct Sleeper {
    pub state: AtomicU32,
    pub holder: AtomicU32,
    pub nonce: AtomicU32,
    unused: AtomicU32,
    pub file: AtomicU64,
    pub offset: AtomicU64,
    pub mask: AtomicU64,
}

pub struct Lot {
    pub id: FileId,
    /// Never closed.
    file: LotFile,
    base: usize,
    prefix: String,
    /// This process's place; 0 until it has taken one.
    pub mine: AtomicU32,
    pub claiming: Mutex<()>,
    /// Kept open for writing until the process ends: its readers are those that wait for that end.
    pub alive: OnceLock<Descriptor>,
}

impl Lot {
    /// Whether a file of that size can be one: it has just been made, or it is as long as all are.
    pub fn may_be(byte_length: usize) -> bool {
        byte_length == 0 || byte_length == BYTES
    }

    /// Makes the file long enough, and maps it for as long as the process lives.
    pub fn of(file: LotFile, id: FileId, prefix: &str) -> Result<Self, i32> {
        let base = lot_file::map(file, BYTES)?;
        crate::platform::allocate(file, 0, HEAD_BYTES)?;
        let (prefix, mine) = (prefix.to_owned(), AtomicU32::new(0));
        Ok(Self { id, file, base, prefix, mine, claiming: Mutex::new(()), alive: OnceLock::new() })
    }

    pub fn file(&self) -> LotFile {
        self.file
    }

    fn word(&self, offset: usize) -> &'static AtomicU32 {
        // SAFETY: inside the mapping, which stays until the process ends. Other processes write it: only as atomics.
        unsafe { AtomicU32::from_ptr((self.base + offset) as *mut u32) }
    }

    pub fn place(&self, place: usize) -> &'static AtomicU64 {
        // SAFETY: as above.
        unsafe { AtomicU64::from_ptr((self.base + Self::place_at(place)) as *mut u64) }
    }

    /// Where a place is in the file.
    pub fn place_at(place: usize) -> usize {
        HEAD_BYTES + (place % PLACES) * size_of::<AtomicU64>()
    }

    pub fn sleeper(&self, index: usize) -> &'static Sleeper {
        // SAFETY: as above; a type of atomics only, for which all bytes are values.
        unsafe { &*((self.base + Self::sleeper_at(index)) as *const Sleeper) }
    }

    pub fn sleeper_at(index: usize) -> usize {
        SLEEPERS_AT + (index % MAX_SLEEPERS) * size_of::<Sleeper>()
    }

    pub fn sleepers(&self) -> usize {
        (self.word(0).load(Ordering::SeqCst) as usize).min(MAX_SLEEPERS)
    }

    pub fn raise_sleepers(&self, count: usize) {
        self.word(0).fetch_max(count as u32, Ordering::SeqCst);
    }

    /// The name of the file without its directory; also how the names of the FIFOs beside it begin.
    #[cfg(unix)]
    pub fn file_name(&self) -> String {
        self.prefix.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
    }

    /// How the names of what belongs to it begin, with their directory: its own, unless it has lost that.
    #[cfg(unix)]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Where it is, unless it has lost its name.
    pub fn own_path(&self) -> Result<CString, i32> {
        CString::new(self.prefix.as_str()).map_err(|_| -libc::EINVAL)
    }
}
