//! The exports on hot paths, by bare Node-API. napi-rs allocates and keeps books for each argument: 250 ns where this takes 70.

use crate::platform;
use napi::bindgen_prelude::Object;
use napi::{Env, JsValue, Result, sys};
use std::ffi::{CStr, c_void};
use std::ptr::null_mut;

type Callback = unsafe extern "C" fn(sys::napi_env, sys::napi_callback_info) -> sys::napi_value;

pub fn export(exports: &mut Object, env: Env) -> Result<()> {
    let functions: [(&CStr, Callback); 4] = [(c"spin", spin), (c"park", park), (c"unpark", unpark), (c"ring", ring)];
    for (name, callback) in functions {
        let mut function = null_mut();
        // SAFETY: `env` and `exports` are those of the module being registered; the name is NUL-terminated.
        let status = unsafe {
            sys::napi_create_function(env.raw(), name.as_ptr(), -1, Some(callback), null_mut(), &mut function);
            sys::napi_set_named_property(env.raw(), exports.raw(), name.as_ptr(), function)
        };
        napi::check_status!(status)?;
    }
    Ok(())
}

unsafe extern "C" fn spin(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: called by Node-API, with what it passed; so below.
    let [segment, offset, expected, micros] = unsafe { numbers(env, info) };
    answer(env, platform::spin(segment as u32, offset, word(expected), micros))
}

unsafe extern "C" fn park(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as above.
    let [segment, offset, expected, life_segment, life_offset, life_expected, timeout_ms] = unsafe { numbers(env, info) };
    let life = (life_segment as u32, life_offset, word(life_expected));
    answer(env, platform::park(segment as u32, offset, word(expected), life, timeout_ms))
}

unsafe extern "C" fn unpark(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as above.
    let [segment, offset, count] = unsafe { numbers(env, info) };
    answer(env, platform::unpark(segment as u32, offset, count))
}

unsafe extern "C" fn ring(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    // SAFETY: as above.
    let [fd] = unsafe { numbers(env, info) };
    answer(env, platform::ring(if fd.is_nan() { -1 } else { fd as i32 }))
}

/// The arguments as doubles. What is missing or no number becomes NaN, which is no segment, no offset and no time.
unsafe fn numbers<const N: usize>(env: sys::napi_env, info: sys::napi_callback_info) -> [f64; N] {
    let mut values = [null_mut(); N];
    let mut count = N;
    let (this, data): (*mut sys::napi_value, *mut *mut c_void) = (null_mut(), null_mut());
    // SAFETY: there is room for `count` values; Node-API fills what is missing with undefined.
    unsafe { sys::napi_get_cb_info(env, info, &mut count, values.as_mut_ptr(), this, data) };
    values.map(|value| {
        let mut number = f64::NAN;
        // SAFETY: a value of this call; `number` is left alone where it is not a number.
        unsafe { sys::napi_get_value_double(env, value, &mut number) };
        number
    })
}

/// As `Int32Array` stores it, so that a word may be given signed or unsigned.
fn word(number: f64) -> i32 {
    number as i64 as i32
}

fn answer(env: sys::napi_env, number: i32) -> sys::napi_value {
    let mut value = null_mut();
    // SAFETY: `env` is that of the running call.
    unsafe { sys::napi_create_int32(env, number, &mut value) };
    value
}
