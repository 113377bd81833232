//! Where nobody has written a platform yet: the same functions, all answering "not implemented".

use napi::sys;

const NOT_IMPLEMENTED: i32 = -38; // ENOSYS, as Linux numbers it: TypeScript compares with this value on every platform

pub fn map(_: sys::napi_env, _: i32, _: f64, _: String, _: bool) -> i32 {
    NOT_IMPLEMENTED
}

pub fn buffer(env: sys::napi_env, _: u32, _: f64, _: f64) -> sys::napi_value {
    let mut value = std::ptr::null_mut();
    // SAFETY: `env` is the env of the running call.
    unsafe { sys::napi_create_int32(env, NOT_IMPLEMENTED, &mut value) };
    value
}

pub fn unmap(_: sys::napi_env, _: u32) -> i32 {
    NOT_IMPLEMENTED
}

pub fn reap(_: String) -> i32 {
    NOT_IMPLEMENTED
}

pub fn lock(_: i32, _: i32) -> i32 {
    NOT_IMPLEMENTED
}

pub fn reserve(_: u32, _: f64, _: f64) -> i32 {
    NOT_IMPLEMENTED
}

pub fn give_back(_: u32, _: f64, _: f64) -> i32 {
    NOT_IMPLEMENTED
}

pub fn claim_life(_: u32, _: f64) -> i32 {
    NOT_IMPLEMENTED
}

pub fn release_life() -> i32 {
    NOT_IMPLEMENTED
}

pub fn spin(_: u32, _: f64, _: i32, _: f64) -> i32 {
    NOT_IMPLEMENTED
}

pub fn park(_: u32, _: f64, _: i32, _: (u32, f64, i32), _: f64) -> i32 {
    NOT_IMPLEMENTED
}

pub fn park_any(_: &[f64], _: f64) -> i32 {
    NOT_IMPLEMENTED
}

pub fn unpark(_: u32, _: f64, _: f64) -> i32 {
    NOT_IMPLEMENTED
}

pub fn make_fifo(_: String) -> i32 {
    NOT_IMPLEMENTED
}

pub fn ring(_: i32) -> i32 {
    NOT_IMPLEMENTED
}

pub fn wait_exit(_: i32, _: f64) -> i32 {
    -1_000_000 + NOT_IMPLEMENTED
}

pub fn set_parent_death_signal(_: i32) -> i32 {
    NOT_IMPLEMENTED
}

pub fn describe() -> (&'static str, bool) {
    ("array-buffer", false)
}
