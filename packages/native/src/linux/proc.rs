//! What Linux shows in `/proc`, where TypeScript reads it: these functions are for systems without.

const NOT_HERE: i32 = -libc::ENOSYS;

pub fn process_state(_: i32) -> Vec<f64> {
    vec![f64::from(NOT_HERE)]
}

pub fn process_ids() -> Vec<i32> {
    Vec::new()
}

pub fn process_strings(_: i32) -> Vec<String> {
    Vec::new()
}

pub fn process_files(_: i32) -> Vec<f64> {
    Vec::new()
}

pub fn user_directory() -> String {
    String::new()
}

pub fn descriptor_limit() -> f64 {
    f64::from(NOT_HERE)
}
