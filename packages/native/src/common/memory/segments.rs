//! Mapping and unmapping files.

use super::registry::{Environment, Mapping, MappingId, REGISTRY, Registry};
use super::table;
use crate::common::file_id::{FileId, c_path};
use crate::common::reap::{Only, reap_file};
use crate::platform::file::regular;
use crate::platform::{exit, keep_lock, mapped, open_again, thread_number};
use napi::sys;
use std::collections::BTreeMap;
use std::ffi::{CString, c_void};
use std::sync::MutexGuard;

/// The alignment of the widest typed array.
const BUFFER_ALIGNMENT: usize = 8;

pub fn map(env: sys::napi_env, fd: i32, byte_length: f64, path: String, permanent: bool) -> i32 {
    try_map(env, fd, byte_length, path, permanent).map_or_else(|error| error, |segment| segment as i32)
}

fn try_map(env: sys::napi_env, fd: i32, byte_length: f64, path: String, permanent: bool) -> Result<u32, i32> {
    let path = c_path(path)?;
    let byte_length = table::integer(byte_length)?;
    let (file, file_bytes) = regular(fd)?;
    // Beyond the end of the file every access is SIGBUS.
    if byte_length == 0 || file_bytes < byte_length as u64 {
        return Err(-libc::EINVAL);
    }
    let mut registry = REGISTRY.lock().unwrap();
    let segment = match registry.by_file.get(&file).copied().and_then(|id| registry.mappings.get_mut(&id)) {
        Some(mapping) if mapping.byte_length < byte_length => return Err(-libc::EINVAL),
        Some(mapping) => {
            mapping.permanent |= permanent;
            if mapping.path.is_empty() {
                mapping.path = path;
            }
            mapping.references += 1;
            mapping.segment.ok_or(-libc::EINVAL)?
        }
        None => {
            let segment = registry.free_segment()?;
            registry.room.take()?;
            let descriptor = keep_lock(fd)?;
            let base = mapped::map(fd, byte_length)?;
            registry.add(
                segment,
                Mapping {
                    file,
                    segment: Some(segment),
                    base,
                    byte_length,
                    path,
                    permanent,
                    references: 1,
                    buffers: 0,
                    forgotten: false,
                    descriptor,
                },
            );
            segment
        }
    };
    count_reference(registry, env, segment);
    Ok(segment)
}

/// Counts a reference of that environment, which must have been added to the mapping's.
fn count_reference(mut registry: MutexGuard<'_, Registry>, env: sys::napi_env, segment: u32) {
    let thread = thread_number();
    registry.process = std::process::id() as i32;
    let mut is_new = false;
    let environment = registry.environments.entry(env as usize).or_insert_with(|| {
        is_new = true;
        Environment { thread, references: BTreeMap::new(), fresh: None }
    });
    *environment.references.entry(segment).or_insert(0) += 1;
    environment.fresh = Some(segment);
    drop(registry);
    if is_new {
        exit::arrange();
        // SAFETY: the hook gets the env as an address only, and runs before the env is gone.
        unsafe { sys::napi_add_env_cleanup_hook(env, Some(environment_ended), env.cast()) };
    }
}

/// The permanent mapping of that path, whether its file still has the name or not, as `[segment, inode]`, with one more reference; or
/// `[0, 0]`.
pub fn find(env: sys::napi_env, path: String) -> Vec<f64> {
    let Ok(path) = c_path(path) else { return vec![0.0, 0.0] };
    let mut registry = REGISTRY.lock().unwrap();
    let found = registry.mappings.values_mut().find(|mapping| mapping.permanent && mapping.path == path);
    let Some((mapping, segment)) = found.and_then(|mapping| mapping.segment.map(|segment| (mapping, segment))) else {
        return vec![0.0, 0.0];
    };
    mapping.references += 1;
    let inode = mapping.file.index as f64;
    count_reference(registry, env, segment);
    vec![f64::from(segment), inode]
}

/// From now on it stays mapped until the process ends.
pub fn make_permanent(segment: u32) -> i32 {
    let mut registry = REGISTRY.lock().unwrap();
    let Ok((_, mapping)) = registry.of_segment(segment) else { return -libc::EINVAL };
    mapping.permanent = true;
    0
}

/// Keeps a descriptor of the mapped file, through which other processes can open it if it loses its name. Optional.
pub fn keep_reachable(segment: u32, fd: i32) -> i32 {
    let mut registry = REGISTRY.lock().unwrap();
    let Ok((_, mapping)) = registry.of_segment(segment) else { return -libc::EINVAL };
    if mapping.descriptor.is_none() {
        mapping.descriptor = open_again(fd);
    }
    0
}

pub fn unmap(env: sys::napi_env, segment: u32) -> i32 {
    let mut registry = REGISTRY.lock().unwrap();
    let Ok((id, _)) = registry.of_segment(segment) else { return -libc::EINVAL };
    let Some(environment) = registry.environments.get_mut(&(env as usize)) else { return -libc::EINVAL };
    let Some(references) = environment.references.get_mut(&segment) else { return -libc::EINVAL };
    *references -= 1;
    if *references == 0 {
        environment.references.remove(&segment);
    }
    environment.settle(segment);
    let mut left = drop_references(&mut registry, id, 1);
    if registry.mappings.get(&id).is_some_and(|mapping| mapping.forgotten) {
        left = left.map(|path| path.or_else(|| drop_unreachable(&mut registry, id)));
    }
    drop(registry);
    match left {
        Ok(Some((path, file))) => reap_file(&path, Only::File(file), || {}),
        Ok(None) => 0,
        Err(error) => error,
    }
}

/// Node calls this when the worker or the main thread can run no more JavaScript.
unsafe extern "C" fn environment_ended(env: *mut c_void) {
    let mut registry = REGISTRY.lock().unwrap();
    let Some(environment) = registry.environments.remove(&(env as usize)) else { return };
    let mut files = Vec::new();
    for (segment, references) in environment.references {
        let Ok((id, _)) = registry.of_segment(segment) else { continue };
        if let Ok(Some(file)) = drop_references(&mut registry, id, references) {
            files.push(file);
        }
    }
    drop(registry);
    for (path, file) in files {
        reap_file(&path, Only::File(file), || {});
    }
}

/// Returns the path of a file to remove, if these were the last references and it has one.
fn drop_references(registry: &mut Registry, id: MappingId, references: u32) -> Result<Option<(CString, FileId)>, i32> {
    let Some(mapping) = registry.mappings.get_mut(&id) else { return Err(-libc::EINVAL) };
    mapping.references -= references;
    if mapping.references > 0 || mapping.permanent {
        return Ok(None);
    }
    let (path, file) = (mapping.take_path(), mapping.file);
    registry.withdraw(id);
    free(registry, id)?;
    Ok(if path.is_empty() { None } else { Some((path, file)) })
}

/// Releases the file, and with it its flock. Buffers over the memory may still exist, so their views then read private zeros.
fn free(registry: &mut Registry, id: MappingId) -> Result<(), i32> {
    let Some(mapping) = registry.mappings.get(&id) else { return Ok(()) };
    if mapping.buffers > 0 {
        return mapping.replace();
    }
    // SAFETY: nothing refers to the range: no reference, no buffer, no entry in the table.
    unsafe { mapped::unmap(mapping.base, mapping.byte_length) };
    registry.mappings.remove(&id);
    Ok(())
}

/// Counts a buffer that is about to be made over `byte_length` bytes at `offset`.
pub fn add_buffer(env: sys::napi_env, segment: u32, offset: f64, byte_length: f64) -> Result<(MappingId, *mut c_void, usize), i32> {
    let mut registry = REGISTRY.lock().unwrap();
    let (id, mapping) = registry.of_segment(segment)?;
    let byte_length = table::integer(byte_length)?;
    let start = table::range(segment, offset, byte_length, BUFFER_ALIGNMENT)?;
    mapping.buffers += 1;
    mapping.forgotten = false;
    if let Some(environment) = registry.environments.get_mut(&(env as usize)) {
        environment.settle(segment);
    }
    Ok((id, start.cast(), byte_length))
}

/// A buffer has been collected, or could not be made. Runs on any thread.
pub fn drop_buffer(id: MappingId) {
    let mut registry = REGISTRY.lock().unwrap();
    let Some(mapping) = registry.mappings.get_mut(&id) else { return };
    mapping.buffers -= 1;
    if mapping.segment.is_some() {
        let path = drop_unreachable(&mut registry, id);
        drop(registry);
        if let Some((path, file)) = path {
            reap_file(&path, Only::File(file), || {});
        }
    } else if mapping.buffers == 0 {
        // The file is unmapped already: this returns the addresses, and can fail only by the limit on mappings.
        let _ = free(&mut registry, id);
    }
}

/// Without buffers, no code can reach the memory, unless a thread is about to make its first buffer. So the remaining references are
/// leaked ones, and are dropped. Returns the path of a file to remove.
fn drop_unreachable(registry: &mut Registry, id: MappingId) -> Option<(CString, FileId)> {
    let mapping = registry.mappings.get_mut(&id)?;
    if mapping.buffers > 0 || mapping.permanent {
        return None;
    }
    let segment = mapping.segment?;
    mapping.forgotten = registry.environments.values().any(|environment| environment.fresh == Some(segment));
    if mapping.forgotten {
        return None;
    }
    let (path, file) = (mapping.take_path(), mapping.file);
    for environment in registry.environments.values_mut() {
        environment.references.remove(&segment);
    }
    registry.withdraw(id);
    let _ = free(registry, id); // cannot fail without buffers
    (!path.is_empty()).then_some((path, file))
}
