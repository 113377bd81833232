//! The directory in which this user's programs meet.

use super::handle::wide_path;
use super::security::{describe_path, user, writers_of};
use crate::common::file_id::c_path;

/// That of this user's for what can be made again; the same in each program.
pub fn user_directory() -> String {
    std::env::var("LOCALAPPDATA").unwrap_or_default()
}

/// Who owns a directory, and others that could write to it: `[this user, owner, …others]`; empty if the system does not tell.
pub fn writers(path: String) -> Vec<String> {
    let found = c_path(path).and_then(|path| writers_of(&wide_path(&path)));
    let (Ok((owner, others)), Ok(user)) = (found, user()) else { return Vec::new() };
    [user.to_owned(), owner].into_iter().chain(others).collect()
}

/// Its security descriptor, as a text.
pub fn security_of(path: String) -> String {
    c_path(path).and_then(|path| describe_path(&wide_path(&path))).unwrap_or_default()
}
