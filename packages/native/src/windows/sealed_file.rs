//! Sealed files, which there are none of: a child reads the code of this toolkit by Node.

use napi::sys;

pub fn read_sealed(_env: sys::napi_env, _path: String) -> Option<sys::napi_value> {
    None
}

pub fn seal(_bytes: &mut [u8]) -> bool {
    false
}
