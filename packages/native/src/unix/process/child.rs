use super::exit;
use crate::common::backend::{Expected, Word};
use crate::platform::{backend, process_descriptor};
use crate::unix::clock::now;
use crate::unix::errno::checked;
use std::mem::zeroed;
use std::os::fd::{AsRawFd, OwnedFd};

/// The result of `wait_exit` for a running process; errors are subtracted from it.
const RUNNING: i32 = -1_000_000;
/// How often to look if the kernel has no descriptors for processes.
const SLICE_MS: i32 = 5;
/// What a parent learns of an exit status; macOS passes more of it on here.
const EXIT_STATUS: i32 = 0xff;

pub fn wait_exit(pid: i32, timeout_ms: f64) -> f64 {
    if pid <= 0 || timeout_ms.is_nan() {
        return f64::from(RUNNING - libc::EINVAL);
    }
    f64::from(try_wait_exit(pid, timeout_ms).unwrap_or_else(|error| RUNNING + error))
}

fn try_wait_exit(pid: i32, timeout_ms: f64) -> Result<i32, i32> {
    let status = peek(pid)?;
    if status != RUNNING || timeout_ms <= 0.0 {
        return Ok(status);
    }
    let Ok(descriptor) = process_descriptor(pid) else { return look_often(pid, timeout_ms) };
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
        libc::CLD_EXITED => status & EXIT_STATUS,
        _ => -status, // CLD_KILLED or CLD_DUMPED: the signal
    })
}

/// How often to look at the parent where the kernel has no descriptors for processes.
const LOOK_EVERY_MS: i32 = 250;
/// How often to look at its life word.
const LIFE_SLICE: i64 = 1_000_000_000;
/// More than the watcher needs, and little to have in each child.
const WATCHER_STACK_BYTES: usize = 64 * 1024;

/// Kills this process when its parent has ended: the process, or the thread with that life word, if there is one. What the kernel sends
/// then is lost when either of them changes the user it runs as. What this process sends to itself always arrives.
pub fn die_with_parent(parent: i32, life_segment: u32, life_offset: f64) -> i32 {
    let life = match life_segment {
        0 => None,
        _ => match Word::at(life_segment, life_offset) {
            Ok(life) => Some((life, life.load())), // read before this returns: the caller then looks whose it is
            Err(error) => return error,
        },
    };
    // SAFETY: plain integers, for which all zeros is a value.
    let (mut all, mut before): (libc::sigset_t, libc::sigset_t) = unsafe { (zeroed(), zeroed()) };
    // The new thread inherits this mask, so that other threads handle all signals.
    // SAFETY: both are valid for the calls.
    unsafe {
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, &mut before);
    }
    let watcher = std::thread::Builder::new().name("parent".into()).stack_size(WATCHER_STACK_BYTES);
    let started = watcher.spawn(move || match life {
        Some((life, value)) => watch_life(parent, life, value),
        None => watch_process(parent),
    });
    // SAFETY: as above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &before, &mut all) };
    started.map_or_else(|error| -error.raw_os_error().unwrap_or(libc::EAGAIN), |_| 0)
}

fn watch_process(parent: i32) {
    let descriptor = process_descriptor(parent).ok();
    let slice = if descriptor.is_some() { -1 } else { LOOK_EVERY_MS };
    while is_child_of(parent) {
        sleep(descriptor.as_ref(), slice); // may end early; once the parent has ended, this one has another
    }
    die();
}

/// The end of the process marks its threads' life words as well. Looks all the same, as every sleeper does: a wake may be lost with a
/// process that is killed.
fn watch_life(parent: i32, life: Word, value: i32) {
    loop {
        let ended = backend().check_life(&life) == 0 || life.load() != value;
        if exit::has_left() {
            return watch_process(parent); // zeros have taken the place of the word, or are about to
        }
        if ended || !is_child_of(parent) {
            die();
        }
        backend().sleep(&[], &[Expected { word: life, value }], now().saturating_add(LIFE_SLICE));
    }
}

fn is_child_of(parent: i32) -> bool {
    // SAFETY: no memory is involved.
    unsafe { libc::getppid() == parent }
}

fn die() {
    // SAFETY: no memory is involved.
    unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
}
