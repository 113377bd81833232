use crate::linux::errno::{checked, zero_or};
use crate::linux::futex::now;
use std::mem::zeroed;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// The result of `wait_exit` for a running process; errors are subtracted from it.
const RUNNING: i32 = -1_000_000;
/// How often to look if the kernel has no pidfds.
const SLICE_MS: i32 = 5;

pub fn wait_exit(pid: i32, timeout_ms: f64) -> i32 {
    if pid <= 0 || timeout_ms.is_nan() {
        return RUNNING - libc::EINVAL;
    }
    try_wait_exit(pid, timeout_ms).unwrap_or_else(|error| RUNNING + error)
}

fn try_wait_exit(pid: i32, timeout_ms: f64) -> Result<i32, i32> {
    let status = peek(pid)?;
    if status != RUNNING || timeout_ms <= 0.0 {
        return Ok(status);
    }
    // SAFETY: no memory is involved; a descriptor that the kernel returned has no other owner.
    let descriptor = checked(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) } as i32);
    let Ok(fd) = descriptor else { return look_often(pid, timeout_ms) };
    // SAFETY: as above.
    let descriptor = unsafe { OwnedFd::from_raw_fd(fd) };
    sleep(Some(&descriptor), timeout_ms.ceil() as i32);
    peek(pid)
}

/// Kernels before 5.3, and seccomp filters that refuse `pidfd_open`.
fn look_often(pid: i32, timeout_ms: f64) -> Result<i32, i32> {
    let end = now().saturating_add((timeout_ms * 1e6) as i64);
    loop {
        let status = peek(pid)?;
        if status != RUNNING || now() >= end {
            return Ok(status);
        }
        sleep(None, SLICE_MS);
    }
}

fn sleep(until: Option<&OwnedFd>, timeout_ms: i32) {
    let mut poll = libc::pollfd { fd: until.map_or(-1, AsRawFd::as_raw_fd), events: libc::POLLIN, revents: 0 };
    // A signal ends it early, so that JavaScript can handle it.
    // SAFETY: one entry, writable.
    unsafe { libc::poll(&mut poll, 1, timeout_ms) };
}

/// WNOWAIT leaves the child for libuv, which must find it to emit `exit`.
fn peek(pid: i32) -> Result<i32, i32> {
    // SAFETY: plain integers, for which all zeros is a value.
    let mut info: libc::siginfo_t = unsafe { zeroed() };
    let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: `info` is writable.
    checked(unsafe { libc::waitid(libc::P_PID, pid as libc::id_t, &mut info, options) })?;
    // SAFETY: waitid filled in these members, or left zeros.
    let (ended, status) = unsafe { (info.si_pid(), info.si_status()) };
    Ok(match info.si_code {
        _ if ended == 0 => RUNNING,
        libc::CLD_EXITED => status,
        _ => -status, // CLD_KILLED or CLD_DUMPED: the signal
    })
}

pub fn set_parent_death_signal(signal: i32) -> i32 {
    if !(0..=64).contains(&signal) {
        return -libc::EINVAL;
    }
    // SAFETY: no memory is involved.
    zero_or(checked(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, signal as libc::c_ulong) }))
}

/// How often to look at the parent if the kernel has no pidfds.
const LOOK_EVERY_MS: i32 = 250;
/// More than the watcher needs, and little memory for each child.
const WATCHER_STACK_BYTES: usize = 64 * 1024;

/// Kills this process when its parent has ended. The kernel's own parent-death signal is lost when either process changes its user:
/// the kernel forgets it, or the parent may not send it. A signal that this process sends to itself always arrives.
pub fn die_with_parent(parent: i32) -> i32 {
    // SAFETY: no memory is involved; a descriptor that the kernel returned has no other owner.
    let descriptor = checked(unsafe { libc::syscall(libc::SYS_pidfd_open, parent, 0) } as i32);
    // SAFETY: as above.
    let descriptor = descriptor.ok().map(|fd| unsafe { OwnedFd::from_raw_fd(fd) });
    // SAFETY: plain integers, for which all zeros is a value.
    let (mut all, mut before): (libc::sigset_t, libc::sigset_t) = unsafe { (zeroed(), zeroed()) };
    // The new thread inherits this mask, so that other threads handle all signals.
    // SAFETY: both are valid for the calls.
    unsafe {
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, &mut before);
    }
    let watcher = std::thread::Builder::new().name("parent".into()).stack_size(WATCHER_STACK_BYTES);
    let started = watcher.spawn(move || watch_parent(parent, descriptor.as_ref()));
    // SAFETY: as above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &before, &mut all) };
    started.map_or_else(|error| -error.raw_os_error().unwrap_or(libc::EAGAIN), |_| 0)
}

fn watch_parent(parent: i32, descriptor: Option<&OwnedFd>) {
    let slice = if descriptor.is_some() { -1 } else { LOOK_EVERY_MS };
    // SAFETY: no memory is involved.
    while unsafe { libc::getppid() } == parent {
        sleep(descriptor, slice); // may end early; after the end of the parent, getppid() returns another id
    }
    // SAFETY: as above.
    unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
}
