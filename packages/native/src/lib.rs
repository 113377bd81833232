//! System calls for shared memory, as functions over integers: 0 or a positive number is the answer, a negative one is `-errno`.
//! Policy, defaults and retries are in TypeScript. Each function is documented there, in `src/native.ts`.

#[cfg(any(target_os = "linux", target_os = "macos", windows))]
mod common;
mod hot;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod offer;
#[cfg(any(target_os = "linux", target_os = "macos", windows))]
mod posix;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod unix;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as platform;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod unsupported;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
use unsupported as platform;

use napi::Env;
use napi::bindgen_prelude::{Float64Array, Function, JsValue, Object, Uint8Array, Unknown};
use napi_derive::napi;

#[napi(module_exports)]
pub fn init(mut exports: Object, env: Env) -> napi::Result<()> {
    platform::stay_loaded();
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
pub fn reap(path: String, magic: Option<u32>) -> i32 {
    platform::reap(path, magic)
}

#[napi]
pub fn rename(from: String, to: String) -> i32 {
    platform::rename(from, to)
}

#[napi]
pub fn find(env: Env, path: String) -> Vec<f64> {
    platform::find(env.raw(), path)
}

#[napi]
pub fn make_permanent(segment: u32) -> i32 {
    platform::make_permanent(segment)
}

#[napi]
pub fn keep_reachable(segment: u32, fd: i32) -> i32 {
    platform::keep_reachable(segment, fd)
}

#[napi]
pub fn collect_garbage() -> i32 {
    platform::collect_garbage()
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
pub fn meet(path: String, prefix: String) -> i32 {
    platform::meet(path, prefix)
}

#[napi]
pub fn claim_life(env: Env, segment: u32, offset: f64) -> i32 {
    platform::claim_life(env.raw(), segment, offset)
}

#[napi]
pub fn release_life() -> i32 {
    platform::release_life()
}

#[napi]
pub fn watch_ends(env: Env, bell: i32, lives: Float64Array) -> i32 {
    platform::watch_ends(env.raw(), bell, &lives)
}

#[napi]
pub fn listen(env: Env, fd: i32, on_ring: Function<(), Unknown>) -> i32 {
    platform::listen(env.raw(), fd, on_ring.raw())
}

#[napi]
pub fn hold_loop(env: Env, holds: bool) -> i32 {
    platform::hold_loop(env.raw(), holds)
}

#[napi]
pub fn make_fifo(path: String) -> i32 {
    platform::make_fifo(path)
}

#[napi]
pub fn hear_bell(env: Env, name: String, on_ring: Function<(), Unknown>) -> i32 {
    platform::hear_bell(env.raw(), name, on_ring.raw())
}

#[napi]
pub fn keep_bell(env: Env, bell: i32, keeps: bool) -> i32 {
    platform::keep_bell(env.raw(), bell, keeps)
}

#[napi]
pub fn open_bell(env: Env, name: String) -> i32 {
    platform::open_bell(env.raw(), name)
}

#[napi]
pub fn close_bell(bell: i32) -> i32 {
    platform::close_bell(bell)
}

#[napi]
pub fn make_directory(path: String) -> i32 {
    platform::make_directory(path)
}

#[napi]
pub fn writers(path: String) -> Vec<String> {
    platform::writers(path)
}

#[napi]
pub fn security_of(path: String) -> String {
    platform::security_of(path)
}

#[napi]
pub fn wait_exit(pid: i32, timeout_ms: f64) -> f64 {
    platform::wait_exit(pid, timeout_ms)
}

#[napi]
pub fn open_process(pid: i32) -> i32 {
    platform::open_process(pid)
}

#[napi]
pub fn signal_process(fd: i32, signal: i32) -> i32 {
    platform::signal_process(fd, signal)
}

#[napi]
pub fn set_parent_death_signal(signal: i32) -> i32 {
    platform::set_parent_death_signal(signal)
}

#[napi]
pub fn die_with_parent(parent: i32, life_segment: u32, life_offset: f64) -> i32 {
    platform::die_with_parent(parent, life_segment, life_offset)
}

#[napi]
pub fn exec(path: String, arguments: Vec<String>, environment: Vec<String>) -> i32 {
    platform::exec(path, arguments, environment)
}

#[napi]
pub fn release_all() {
    platform::exit::leave()
}

#[napi]
pub fn exit_now(status: i32) {
    platform::exit_now(status)
}

#[napi]
pub fn abort() {
    platform::abort()
}

#[napi]
pub fn signal_action(signal: i32, action: i32) -> i32 {
    platform::signal_action(signal, action)
}

#[napi]
pub fn raise_signal(signal: i32) -> i32 {
    platform::raise_signal(signal)
}

#[napi]
pub fn alarm(seconds: u32) -> u32 {
    platform::alarm(seconds)
}

#[napi]
pub fn set_timer(which: i32, micros: f64, interval_micros: f64) -> Vec<f64> {
    platform::set_timer(which, micros, interval_micros)
}

#[napi]
pub fn get_timer(which: i32) -> Vec<f64> {
    platform::get_timer(which)
}

#[napi]
pub fn duplicate(from: i32, to: i32) -> i32 {
    platform::duplicate(from, to)
}

#[napi]
pub fn close_on_exec() -> i32 {
    platform::close_on_exec()
}

#[napi]
pub fn make_pipe(env: Env) -> Vec<i32> {
    platform::make_pipe(env.raw())
}

#[napi]
pub fn open(env: Env, path: String, flags: i32, mode: u32) -> i32 {
    platform::open(env.raw(), path, flags, mode)
}

#[napi]
pub fn close(env: Env, fd: i32) -> i32 {
    platform::close(env.raw(), fd)
}

#[napi]
pub fn hand_over(env: Env, fd: i32, adopt: Function<(), Unknown>) -> i32 {
    platform::hand_over(env.raw(), fd, adopt.raw())
}

#[napi]
pub fn read_sealed(env: Env, path: String) -> Option<Unknown<'static>> {
    let value = platform::read_sealed(env.raw(), path)?;
    // SAFETY: as for `buffer`.
    Some(unsafe { Unknown::from_raw_unchecked(env.raw(), value) })
}

#[napi]
pub fn seal(mut bytes: Uint8Array) -> bool {
    // SAFETY: the caller is the only one that has these bytes.
    platform::seal(unsafe { bytes.as_mut() })
}

#[napi]
pub fn process_state(pid: i32) -> Vec<f64> {
    platform::process_state(pid)
}

#[napi]
pub fn process_ids() -> Vec<i32> {
    platform::process_ids()
}

#[napi]
pub fn process_strings(pid: i32) -> Vec<String> {
    platform::process_strings(pid)
}

#[napi]
pub fn process_files(pid: i32) -> Vec<f64> {
    platform::process_files(pid)
}

#[napi]
pub fn user_directory() -> String {
    platform::user_directory()
}

#[napi]
pub fn descriptor_limit() -> f64 {
    platform::descriptor_limit()
}

#[napi(object)]
pub struct Description {
    pub shared_buffer: String,
    pub backend: String,
    pub marks_lives: bool,
    pub futex_waitv: bool,
    pub page_bytes: u32,
}

#[napi]
pub fn describe() -> Description {
    let offer = platform::describe();
    Description {
        shared_buffer: offer.shared_buffer.into(),
        backend: offer.backend.into(),
        marks_lives: offer.marks_lives,
        futex_waitv: offer.futex_waitv,
        page_bytes: offer.page_bytes,
    }
}
