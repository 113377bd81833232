use super::errno::{checked, last, zero_or};

/// Makes `to` mean what `from` means, in one step: whoever writes to it never finds it closed.
pub fn duplicate(from: i32, to: i32) -> i32 {
    // SAFETY: no memory is involved.
    zero_or(checked(unsafe { libc::dup2(from, to) }))
}

/// A pipe, `[read, write]`, that programs started from here inherit only as their standard streams; or `[-errno]`.
pub fn make_pipe() -> Vec<i32> {
    let mut ends = [-1; 2];
    // SAFETY: room for two.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } == -1 { vec![last()] } else { ends.to_vec() }
}
