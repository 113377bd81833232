//! Processes: their ends, what is told of them, and the ends of this one.

use super::clock::{milliseconds_to, now};
use super::error::checked;
use super::exit;
use super::handle::{owned, raw};
use super::helper_thread;
use super::process_handle::ProcessHandle;
use crate::common::backend::{Expected, Word};
use crate::platform::backend;
use std::mem::zeroed;
use std::sync::Mutex;
use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, GetExitCodeProcess, GetProcessTimes, TerminateProcess};

/// The result of `wait_exit` for a running process; errors are subtracted from it.
const RUNNING: f64 = -1_000_000.0;

/// The exit code, 32 bits without a sign.
pub fn wait_exit(pid: i32, timeout_ms: f64) -> f64 {
    if pid <= 0 || timeout_ms.is_nan() {
        return RUNNING - f64::from(libc::EINVAL);
    }
    let end = now().saturating_add((timeout_ms.max(0.0) * 1e6) as i64);
    let Ok(process) = ProcessHandle::open(pid as u32) else { return RUNNING - f64::from(libc::ECHILD) };
    if !process.wait(milliseconds_to(end)) {
        return RUNNING;
    }
    let mut code = 0;
    // SAFETY: `code` is writable.
    match checked(unsafe { GetExitCodeProcess(process.raw(), &mut code) }) {
        Ok(()) => f64::from(code),
        Err(error) => RUNNING + f64::from(error),
    }
}

/// There are no descriptors of processes: Node keeps a handle of each child, so that its number is not used again.
pub fn open_process(_pid: i32) -> i32 {
    -libc::ENOSYS
}

pub fn signal_process(_fd: i32, _signal: i32) -> i32 {
    -libc::ENOSYS
}

pub fn set_parent_death_signal(_signal: i32) -> i32 {
    -libc::ENOSYS
}

struct Parent {
    process: ProcessHandle,
    life: Option<Expected>,
}

/// For the thread that has been started to watch it.
static PARENT: Mutex<Option<Parent>> = Mutex::new(None);
/// How often to look at its life word.
const LIFE_SLICE: i64 = 1_000_000_000;
const FOR_EVER: u32 = u32::MAX;

/// Ends this process when its parent has ended: the process, or the thread with that life word, if there is one.
pub fn die_with_parent(parent: i32, life_segment: u32, life_offset: f64) -> i32 {
    let life = match life_segment {
        0 => None,
        _ => match Word::at(life_segment, life_offset) {
            Ok(word) => Some(Expected { word, value: word.load() }), // read before this returns: the caller then looks whose it is
            Err(error) => return error,
        },
    };
    // A parent that has ended may have left its number to another process, which is younger than this one.
    let Some(process) = ProcessHandle::open(parent as u32).ok().filter(|process| started(process) <= started_here()) else { die() };
    *PARENT.lock().unwrap() = Some(Parent { process, life });
    if helper_thread::start(watch_parent) { 0 } else { -libc::EAGAIN }
}

fn watch_parent() {
    let Some(Parent { process, life }) = PARENT.lock().unwrap().take() else { return };
    while let Some(life) = life.filter(|_| !exit::has_left()) {
        if process.has_ended() || backend().check_life(&life.word) == 0 || life.has_changed() {
            die();
        }
        backend().sleep(&[], &[life], now().saturating_add(LIFE_SLICE));
    }
    process.wait(FOR_EVER);
    die();
}

/// What a process that was ended by force answers, as libuv has it.
const KILLED: u32 = 1;

fn die() -> ! {
    // SAFETY: does not return.
    unsafe { TerminateProcess(GetCurrentProcess(), KILLED) };
    std::process::abort()
}

/// In units of 100 ns; 0 if it is not told.
fn started(process: &ProcessHandle) -> u64 {
    // SAFETY: plain integers, for which all zeros is a value.
    unsafe {
        let (mut start, mut end, mut kernel, mut user): (FILETIME, FILETIME, FILETIME, FILETIME) = zeroed();
        GetProcessTimes(process.raw(), &mut start, &mut end, &mut kernel, &mut user);
        u64::from(start.dwHighDateTime) << 32 | u64::from(start.dwLowDateTime)
    }
}

fn started_here() -> u64 {
    ProcessHandle::open(std::process::id()).map_or(u64::MAX, |process| started(&process))
}

pub fn exec(_path: String, _arguments: Vec<String>, _environment: Vec<String>) -> i32 {
    -libc::ENOSYS
}

/// Ends at once, without handlers or flushes.
pub fn exit_now(status: i32) {
    // SAFETY: does not return.
    unsafe { TerminateProcess(GetCurrentProcess(), status as u32) };
}

/// What the C library of Windows answers for `abort`.
const ABORTED: u32 = 3;

pub fn abort() {
    // SAFETY: does not return.
    unsafe { TerminateProcess(GetCurrentProcess(), ABORTED) };
}

fn entries() -> Vec<PROCESSENTRY32W> {
    let mut found = Vec::new();
    // SAFETY: plain integers and characters; the call is told how large the entry is, and fills it.
    unsafe {
        let Ok(snapshot) = owned(CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0)) else { return found };
        let mut entry: PROCESSENTRY32W = zeroed();
        entry.dwSize = size_of::<PROCESSENTRY32W>() as u32;
        let mut more = Process32FirstW(raw(&snapshot), &mut entry);
        while more != 0 {
            found.push(entry);
            more = Process32NextW(raw(&snapshot), &mut entry);
        }
    }
    found
}

pub fn process_ids() -> Vec<i32> {
    entries().iter().map(|entry| entry.th32ProcessID as i32).collect()
}

const ALIVE: f64 = 2.0;
const ENDED: f64 = 5.0;
const UNITS_OF_ONE_SECOND: u64 = 10_000_000;
const UNITS_OF_ONE_MICROSECOND: u64 = 10;

/// `[state, parent, user, threads, seconds and microseconds of its start, ignored signals]`, as on macOS. There are no user numbers.
pub fn process_state(pid: i32) -> Vec<f64> {
    let Some(entry) = entries().into_iter().find(|entry| entry.th32ProcessID as i32 == pid) else {
        return vec![f64::from(-libc::ESRCH)];
    };
    let process = ProcessHandle::open(pid as u32).ok();
    let start = process.as_ref().map_or(0, started);
    let state = if process.is_some_and(|process| process.has_ended()) { ENDED } else { ALIVE };
    let (seconds, rest) = (start / UNITS_OF_ONE_SECOND, start % UNITS_OF_ONE_SECOND);
    let micros = rest / UNITS_OF_ONE_MICROSECOND;
    vec![state, f64::from(entry.th32ParentProcessID), 0.0, f64::from(entry.cntThreads), seconds as f64, micros as f64, 0.0]
}

pub fn process_strings(_pid: i32) -> Vec<String> {
    Vec::new()
}

pub fn process_files(_pid: i32) -> Vec<f64> {
    Vec::new()
}

pub fn descriptor_limit() -> f64 {
    f64::INFINITY
}

/// There are no signals: Node and libuv imitate some.
pub fn signal_action(_signal: i32, _action: i32) -> i32 {
    -libc::ENOSYS
}

pub fn raise_signal(_signal: i32) -> i32 {
    -libc::ENOSYS
}

pub fn alarm(_seconds: u32) -> u32 {
    0
}

pub fn set_timer(_which: i32, _micros: f64, _interval: f64) -> Vec<f64> {
    vec![f64::from(-libc::ENOSYS)]
}

pub fn get_timer(_which: i32) -> Vec<f64> {
    vec![f64::from(-libc::ENOSYS)]
}
