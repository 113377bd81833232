//! Files that only their user can write, with a checksum, and whose texts become strings of V8 where they lie: a child reads the code of
//! this toolkit so. `native.ts` says what such a file has; all numbers are in the order of bytes of this machine.

use super::file::{is_kind, open, status_of};
use super::symbol::symbol;
use crate::common::file_id::c_path;
use napi::sys;
use std::ffi::{c_char, c_void};
use std::fs::File;
use std::io::Read;
use std::ptr::null_mut;
use std::sync::Arc;

const WORD: usize = 8;
/// The checksum and the number of texts.
const HEAD: usize = 2 * WORD;
const MAX_BYTES: usize = 1 << 28;

type Content = Arc<Vec<u64>>;
type CreateExternalString = unsafe extern "C" fn(
    sys::napi_env,
    *mut c_char,
    isize,
    sys::napi_finalize,
    *mut c_void,
    *mut sys::napi_value,
    *mut bool,
) -> sys::napi_status;

/// `[buffer, …texts]`; none if it is not there, not whole, or another user could have written it.
pub fn read_sealed(env: sys::napi_env, path: String) -> Option<sys::napi_value> {
    let content = Arc::new(content_of(path)?);
    let bytes = bytes_of(&content);
    let count = usize::try_from(content[1]).ok().filter(|count| *count <= content.len() - 2)?;
    let mut at = HEAD + count * WORD;
    let mut values = vec![buffer(env, &content)?];
    for length in &content[2..2 + count] {
        let end = usize::try_from(*length).ok().and_then(|length| at.checked_add(length))?;
        values.push(text(env, &content, bytes.get(at..end)?)?);
        at = end;
    }
    list(env, &values)
}

/// Writes the checksum into the first word of what is to be a file. False if these are no whole words.
pub fn seal(bytes: &mut [u8]) -> bool {
    if bytes.len() < HEAD || !bytes.len().is_multiple_of(WORD) {
        return false;
    }
    let sum = checksum(bytes[WORD..].chunks_exact(WORD).map(|word| u64::from_ne_bytes(word.try_into().unwrap())));
    bytes[..WORD].copy_from_slice(&sum.to_ne_bytes());
    true
}

/// Each step can be undone, so that no change of a single word is lost. Four sums, since a processor makes several at once.
fn checksum(words: impl Iterator<Item = u64>) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(FACTOR).rotate_left(29);
    let mut sums = [1u64, 2, 3, 4];
    for (at, word) in words.enumerate() {
        sums[at % 4] = step(sums[at % 4], word);
    }
    sums.into_iter().fold(FACTOR, step)
}

fn content_of(path: String) -> Option<Vec<u64>> {
    let file = open(&c_path(path).ok()?, libc::O_RDONLY).ok()?;
    let status = status_of(std::os::fd::AsRawFd::as_raw_fd(&file)).ok()?;
    // SAFETY: always succeeds.
    let is_own = status.st_uid == unsafe { libc::geteuid() } && status.st_mode & 0o022 == 0;
    let size = usize::try_from(status.st_size).ok()?;
    if !is_kind(&status, libc::S_IFREG) || !is_own || !(HEAD..=MAX_BYTES).contains(&size) || !size.is_multiple_of(WORD) {
        return None;
    }
    let mut content = vec![0u64; size / WORD];
    // SAFETY: the same memory, of which each byte may have any value.
    let bytes = unsafe { std::slice::from_raw_parts_mut(content.as_mut_ptr().cast::<u8>(), size) };
    File::from(file).read_exact(bytes).ok()?;
    (checksum(content[1..].iter().copied()) == content[0]).then_some(content)
}

fn bytes_of(content: &Content) -> &[u8] {
    // SAFETY: the same memory.
    unsafe { std::slice::from_raw_parts(content.as_ptr().cast::<u8>(), content.len() * WORD) }
}

fn buffer(env: sys::napi_env, content: &Content) -> Option<sys::napi_value> {
    let (mut value, hint) = (null_mut(), share(content));
    let base = content.as_ptr().cast_mut().cast();
    // SAFETY: the memory lives until `finalized` has got the share. No code writes to it.
    let status = unsafe { sys::napi_create_external_arraybuffer(env, base, content.len() * WORD, Some(finalized), hint, &mut value) };
    if status == sys::Status::napi_ok {
        return Some(value);
    }
    // SAFETY: it was not given away: a runtime that forbids external memory. So below.
    unsafe { give_back(hint) };
    None
}

/// Without a copy where Node has the function for that.
fn text(env: sys::napi_env, content: &Content, bytes: &[u8]) -> Option<sys::napi_value> {
    let (mut value, mut copied) = (null_mut(), false);
    let (start, length) = (bytes.as_ptr().cast_mut().cast::<c_char>(), bytes.len() as isize);
    // SAFETY: that is its type in Node-API.
    let create = unsafe { symbol(c"node_api_create_external_string_latin1") }
        .map(|address| unsafe { std::mem::transmute::<*mut c_void, CreateExternalString>(address) });
    if let Some(create) = create {
        let hint = share(content);
        // SAFETY: as for the buffer; where it makes a copy, it gives the share back itself.
        if unsafe { create(env, start, length, Some(finalized), hint, &mut value, &mut copied) } == sys::Status::napi_ok {
            return Some(value);
        }
        // SAFETY: as above.
        unsafe { give_back(hint) };
    }
    // SAFETY: the bytes are copied.
    let status = unsafe { sys::napi_create_string_latin1(env, start, length, &mut value) };
    (status == sys::Status::napi_ok).then_some(value)
}

fn list(env: sys::napi_env, values: &[sys::napi_value]) -> Option<sys::napi_value> {
    let mut array = null_mut();
    // SAFETY: values of the running call.
    let mut status = unsafe { sys::napi_create_array_with_length(env, values.len(), &mut array) };
    for (at, value) in values.iter().enumerate() {
        if status == sys::Status::napi_ok {
            // SAFETY: as above.
            status = unsafe { sys::napi_set_element(env, array, at as u32, *value) };
        }
    }
    (status == sys::Status::napi_ok).then_some(array)
}

fn share(content: &Content) -> *mut c_void {
    Arc::into_raw(Arc::clone(content)).cast_mut().cast()
}

/// # Safety
/// `hint` is of [`share`], and this is the only call for it.
unsafe fn give_back(hint: *mut c_void) {
    // SAFETY: the caller's promise.
    drop(unsafe { Arc::from_raw(hint.cast_const().cast::<Vec<u64>>()) });
}

unsafe extern "C" fn finalized(_: sys::napi_env, _: *mut c_void, hint: *mut c_void) {
    // SAFETY: Node-API calls this once for each value.
    unsafe { give_back(hint) };
}
