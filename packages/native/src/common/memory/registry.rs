//! Which files this process has mapped, and which of its environments use them.

use super::table;
use crate::common::file_id::FileId;
use crate::platform::{Descriptor, Room, mapped, path_now};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::Mutex;

/// Segments, and the references to them. Process-wide: there is one mapping per process and file, however many threads use it.
///
/// Never call into Node-API or V8 with this locked: a garbage collection may run finalizers, which lock it, on this or any other thread.
pub static REGISTRY: Mutex<Registry> = Mutex::new(Registry::new());

pub struct Mapping {
    pub file: FileId,
    /// The number that JavaScript uses; `None` once it has been unmapped and only buffers are left.
    pub segment: Option<u32>,
    pub base: usize,
    /// As asked for; the mapping itself goes to the end of the last page.
    pub byte_length: usize,
    pub path: CString,
    pub permanent: bool,
    pub references: u32,
    pub buffers: u32,
    /// Its last buffer was collected while a thread was about to make another: all other references are leaked ones.
    pub forgotten: bool,
    /// Keeps the file's lock where a mapping does not; on Linux it lets other processes open the file if it loses its name.
    pub descriptor: Option<Descriptor>,
}

impl Mapping {
    /// Replaces the file by private zeros. Views keep working, and their writes reach no other process.
    pub fn replace(&self) -> Result<(), i32> {
        mapped::replace(self.base, self.byte_length)
    }

    /// Where the file is to be removed; empty if it has no path. Asked before the descriptor is closed.
    pub fn take_path(&mut self) -> CString {
        let path = std::mem::take(&mut self.path);
        let moved = self.descriptor.as_ref().filter(|_| !path.is_empty()).and_then(|file| path_now(file, &path));
        moved.unwrap_or(path)
    }
}

/// One JavaScript environment: the main thread or a worker.
pub struct Environment {
    #[cfg_attr(windows, expect(dead_code, reason = "asked when a process ends, when there are no other threads on Windows"))]
    pub thread: i32,
    pub references: BTreeMap<u32, u32>,
    /// The segment that it mapped last, until it has made a buffer over it: it must stay if another buffer is collected meanwhile.
    pub fresh: Option<u32>,
}

impl Environment {
    /// It has made a buffer of the segment, or has unmapped it.
    pub fn settle(&mut self, segment: u32) {
        self.fresh = self.fresh.filter(|&fresh| fresh != segment);
    }
}

/// Identifies a mapping for ever, unlike segment numbers and addresses. Passed to finalizers.
pub type MappingId = usize;

pub struct Registry {
    pub process: i32,
    pub mappings: BTreeMap<MappingId, Mapping>,
    pub by_segment: BTreeMap<u32, MappingId>,
    pub by_file: BTreeMap<FileId, MappingId>,
    pub environments: BTreeMap<usize, Environment>,
    pub room: Room,
    next_mapping: MappingId,
    next_segment: u32,
}

impl Registry {
    const fn new() -> Self {
        Self {
            process: 0,
            mappings: BTreeMap::new(),
            by_segment: BTreeMap::new(),
            by_file: BTreeMap::new(),
            environments: BTreeMap::new(),
            room: Room::new(),
            next_mapping: 1,
            next_segment: 1,
        }
    }

    pub fn of_segment(&mut self, segment: u32) -> Result<(MappingId, &mut Mapping), i32> {
        let id = *self.by_segment.get(&segment).ok_or(-libc::EINVAL)?;
        self.mappings.get_mut(&id).map(|mapping| (id, mapping)).ok_or(-libc::EINVAL)
    }

    /// A free number, in turn: a number that was just freed is used again last.
    pub fn free_segment(&mut self) -> Result<u32, i32> {
        let capacity = table::CAPACITY as u32;
        for _ in 1..capacity {
            let segment = self.next_segment;
            self.next_segment = if segment + 1 == capacity { 1 } else { segment + 1 };
            if !self.by_segment.contains_key(&segment) {
                return Ok(segment);
            }
        }
        Err(-libc::ENOMEM)
    }

    pub fn add(&mut self, segment: u32, mapping: Mapping) {
        let id = self.next_mapping;
        self.next_mapping += 1;
        table::publish(segment, mapping.base as *mut u8, mapping.byte_length, mapping.file.key());
        self.by_segment.insert(segment, id);
        self.by_file.insert(mapping.file, id);
        self.mappings.insert(id, mapping);
    }

    /// From now on the segment is not found; a file that is mapped again gets a new mapping.
    pub fn withdraw(&mut self, id: MappingId) {
        let Some(mapping) = self.mappings.get_mut(&id) else { return };
        let Some(segment) = mapping.segment.take() else { return };
        mapping.descriptor = None;
        table::withdraw(segment);
        self.by_file.remove(&mapping.file);
        self.by_segment.remove(&segment);
    }
}
