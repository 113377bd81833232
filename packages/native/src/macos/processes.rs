//! What the kernel tells of processes, where there is no `/proc`: libproc.h, and sysctl(3).

use crate::unix::errno::last;
use std::ffi::c_void;
use std::mem::zeroed;
use std::ptr::null_mut;

/// Also tells of a process that has ended and was not reaped.
const ENDED_AS_WELL: u64 = 1;

/// `[state, parent, real user, threads, seconds and microseconds of its start, signals that it ignores]`; or `[-errno]`. Of another user's
/// process the kernel tells no start.
pub fn process_state(pid: i32) -> Vec<f64> {
    let known = info::<libc::proc_bsdinfo>(pid, libc::PROC_PIDTBSDINFO)
        .map(|all| ([all.pbi_status, all.pbi_ppid, all.pbi_ruid], all.pbi_start_tvsec, all.pbi_start_tvusec))
        .or_else(|_| {
            let part = info::<libc::proc_bsdshortinfo>(pid, libc::PROC_PIDT_SHORTBSDINFO)?;
            Ok::<_, i32>(([part.pbsi_status, part.pbsi_ppid, part.pbsi_ruid], 0, 0))
        });
    let ([state, parent, user], seconds, micros) = match known {
        Ok(known) => known,
        Err(error) => return vec![f64::from(error)],
    };
    // One that has ended has none.
    let threads = info::<libc::proc_taskinfo>(pid, libc::PROC_PIDTASKINFO).map_or(1, |task| task.pti_threadnum.max(1));
    vec![state.into(), parent.into(), user.into(), threads.into(), seconds as f64, micros as f64, ignored_by(pid).into()]
}

fn info<T>(pid: i32, flavour: i32) -> Result<T, i32> {
    // SAFETY: only for C structs of integers, for which all zeros is a value; the kernel fills as many bytes as it is told, or fewer.
    unsafe {
        let mut found: T = zeroed();
        let size = size_of::<T>() as i32;
        let filled = libc::proc_pidinfo(pid, flavour, ENDED_AS_WELL, (&raw mut found).cast(), size);
        if filled == size { Ok(found) } else { Err(last()) }
    }
}

/// `struct kinfo_proc` of sys/sysctl.h, and where in it `p_sigignore` is: see sys/proc.h, for 64-bit processors.
const KINFO_BYTES: usize = 648;
const IGNORED_AT: usize = 232;

/// A bit for each signal that the process ignores, the lowest for the first; none of a process that is not there.
fn ignored_by(pid: i32) -> u32 {
    let mut bytes = [0u8; KINFO_BYTES];
    let mut size = bytes.len();
    let mut names = [libc::CTL_KERN, libc::KERN_PROC, libc::KERN_PROC_PID, pid];
    // SAFETY: names and room are as long as said.
    let result = unsafe { libc::sysctl(names.as_mut_ptr(), 4, bytes.as_mut_ptr().cast(), &mut size, null_mut(), 0) };
    if result == -1 || size != KINFO_BYTES {
        return 0;
    }
    u32::from_ne_bytes([bytes[IGNORED_AT], bytes[IGNORED_AT + 1], bytes[IGNORED_AT + 2], bytes[IGNORED_AT + 3]])
}

pub fn process_ids() -> Vec<i32> {
    // SAFETY: without room it tells how much would do.
    let count = unsafe { libc::proc_listallpids(null_mut(), 0) }.max(0) as usize;
    let mut ids = vec![0i32; count + count / 8 + 16]; // some may be started meanwhile
    // SAFETY: room for that many bytes.
    let found = unsafe { libc::proc_listallpids(ids.as_mut_ptr().cast(), (ids.len() * size_of::<i32>()) as i32) };
    ids.truncate(found.max(0) as usize);
    ids.retain(|&id| id > 0);
    ids
}

/// How many arguments it has, and all that it was started with, as one text: the program, its arguments and its environment, with a NUL
/// after each. None of another user's process.
pub fn process_strings(pid: i32) -> Vec<String> {
    const COUNT: usize = size_of::<i32>();
    let mut longest = 0i32;
    let mut size = size_of::<i32>();
    let mut names = [libc::CTL_KERN, libc::KERN_ARGMAX];
    // SAFETY: names and room are as long as said.
    if unsafe { libc::sysctl(names.as_mut_ptr(), 2, (&raw mut longest).cast::<c_void>(), &mut size, null_mut(), 0) } == -1 {
        return Vec::new();
    }
    let mut bytes = vec![0u8; longest.max(0) as usize];
    let mut size = bytes.len();
    let mut names = [libc::CTL_KERN, libc::KERN_PROCARGS2, pid];
    // SAFETY: as above.
    if unsafe { libc::sysctl(names.as_mut_ptr(), 3, bytes.as_mut_ptr().cast(), &mut size, null_mut(), 0) } == -1 || size < COUNT {
        return Vec::new();
    }
    let count = i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    vec![count.to_string(), String::from_utf8_lossy(&bytes[COUNT..size]).into_owned()]
}

/// `struct vnode_fdinfo` of sys/proc_info.h, which begins with what is told of any descriptor.
#[repr(C)]
struct OpenFile {
    flags: u32,
    status: u32,
    offset: i64,
    kind: i32,
    guard: u32,
    node: libc::vnode_info,
}

const PROC_PIDFDVNODEINFO: i32 = 1;

/// The inodes of the files that the process has open; none of another user's.
pub fn process_files(pid: i32) -> Vec<f64> {
    // SAFETY: without room it tells how many bytes would do.
    let bytes = unsafe { libc::proc_pidinfo(pid, libc::PROC_PIDLISTFDS, 0, null_mut(), 0) }.max(0) as usize;
    // SAFETY: plain integers, for which all zeros is a value.
    let mut open: Vec<libc::proc_fdinfo> = vec![unsafe { zeroed() }; bytes / size_of::<libc::proc_fdinfo>() + 16];
    let room = (open.len() * size_of::<libc::proc_fdinfo>()) as i32;
    // SAFETY: room for that many bytes.
    let filled = unsafe { libc::proc_pidinfo(pid, libc::PROC_PIDLISTFDS, 0, open.as_mut_ptr().cast(), room) }.max(0) as usize;
    open.truncate(filled / size_of::<libc::proc_fdinfo>());
    let files = open.iter().filter(|one| one.proc_fdtype == libc::PROX_FDTYPE_VNODE as u32);
    files.filter_map(|one| inode_of(pid, one.proc_fd)).map(|inode| inode as f64).collect()
}

fn inode_of(pid: i32, fd: i32) -> Option<u64> {
    // SAFETY: as above.
    unsafe {
        let mut file: OpenFile = zeroed();
        let size = size_of::<OpenFile>() as i32;
        let filled = libc::proc_pidfdinfo(pid, fd, PROC_PIDFDVNODEINFO, (&raw mut file).cast(), size);
        (filled == size).then_some(file.node.vi_stat.vst_ino)
    }
}

/// A directory of this user's that is not swept, unlike that for temporary files.
pub fn user_directory() -> String {
    let mut path = vec![0u8; libc::PATH_MAX as usize];
    // SAFETY: room for that many bytes.
    let length = unsafe { libc::confstr(libc::_CS_DARWIN_USER_CACHE_DIR, path.as_mut_ptr().cast(), path.len()) };
    path.truncate(length.clamp(1, path.len()) - 1); // with a NUL
    String::from_utf8(path).unwrap_or_default()
}

/// How many descriptors this process may have; `Infinity` if as many as the system has.
pub fn descriptor_limit() -> f64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is writable.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) } == -1 {
        return f64::from(last());
    }
    if limit.rlim_cur == libc::RLIM_INFINITY { f64::INFINITY } else { limit.rlim_cur as f64 }
}
