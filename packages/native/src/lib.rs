//! What only the kernel can do for shared memory, as functions over integers: 0 or a positive number is the answer, a negative one is
//! `-errno`. No policy, no defaults, no retries: those are in TypeScript, above. Each function is documented there, in `src/index.ts`.

mod hot;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(not(target_os = "linux"))]
mod unsupported;
#[cfg(not(target_os = "linux"))]
use unsupported as platform;

use napi::Env;
use napi::bindgen_prelude::{Object, Unknown};
use napi_derive::napi;

#[napi(module_exports)]
pub fn init(mut exports: Object, env: Env) -> napi::Result<()> {
    hot::export(&mut exports, env)
}

#[napi]
pub fn map(env: Env, fd: i32, byte_length: f64, path: String, permanent: bool) -> i32 {
    platform::map(env.raw(), fd, byte_length, path, permanent)
}

#[napi]
pub fn buffer(env: Env, segment: u32, offset: f64, byte_length: f64) -> Unknown<'static> {
    let value = platform::buffer(env.raw(), segment, offset, byte_length);
    // SAFETY: `value` was made in this env by the call above and lives in the handle scope of this call.
    unsafe { Unknown::from_raw_unchecked(env.raw(), value) }
}

#[napi]
pub fn unmap(env: Env, segment: u32) -> i32 {
    platform::unmap(env.raw(), segment)
}

#[napi]
pub fn reap(path: String) -> i32 {
    platform::reap(path)
}

#[napi]
pub fn lock(fd: i32, operation: i32) -> i32 {
    platform::lock(fd, operation)
}

#[napi]
pub fn reserve(segment: u32, offset: f64, byte_length: f64) -> i32 {
    platform::reserve(segment, offset, byte_length)
}

#[napi]
pub fn give_back(segment: u32, offset: f64, byte_length: f64) -> i32 {
    platform::give_back(segment, offset, byte_length)
}

#[napi]
pub fn claim_life(segment: u32, offset: f64) -> i32 {
    platform::claim_life(segment, offset)
}

#[napi]
pub fn release_life() -> i32 {
    platform::release_life()
}

#[napi]
pub fn make_fifo(path: String) -> i32 {
    platform::make_fifo(path)
}

#[napi]
pub fn wait_exit(pid: i32, timeout_ms: f64) -> i32 {
    platform::wait_exit(pid, timeout_ms)
}

#[napi]
pub fn set_parent_death_signal(signal: i32) -> i32 {
    platform::set_parent_death_signal(signal)
}

#[napi(object)]
pub struct Description {
    pub shared_buffer: String,
    pub futex_waitv: bool,
}

#[napi]
pub fn describe() -> Description {
    let (shared_buffer, futex_waitv) = platform::describe();
    Description { shared_buffer: shared_buffer.into(), futex_waitv }
}
