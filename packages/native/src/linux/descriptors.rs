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

/// Nothing but the standard streams, and what is handed over by name, reaches the programs that are started from here. Node sets this flag
/// on what it opens; not on all that it has inherited.
pub fn close_on_exec() -> i32 {
    // SAFETY: no memory is involved. Kernels before 5.11 lack it.
    zero_or(checked(unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, CLOSE_RANGE_CLOEXEC) } as i32))
}

const CLOSE_RANGE_CLOEXEC: libc::c_uint = 4;
