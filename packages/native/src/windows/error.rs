//! Errors of Windows, by the numbers of `errno` that Node has for them on Windows (`os.constants.errno`).

use windows_sys::Win32::Foundation::*;

/// That of this thread's last failed call, negated.
pub fn last() -> i32 {
    // SAFETY: no memory is involved.
    of(unsafe { GetLastError() })
}

pub fn of(code: WIN32_ERROR) -> i32 {
    -match code {
        ERROR_FILE_NOT_FOUND | ERROR_PATH_NOT_FOUND | ERROR_INVALID_NAME | ERROR_BAD_PATHNAME => libc::ENOENT,
        ERROR_ALREADY_EXISTS | ERROR_FILE_EXISTS => libc::EEXIST,
        ERROR_ACCESS_DENIED | ERROR_PRIVILEGE_NOT_HELD => libc::EACCES,
        ERROR_SHARING_VIOLATION | ERROR_USER_MAPPED_FILE | ERROR_BUSY => libc::EBUSY,
        ERROR_LOCK_VIOLATION | ERROR_IO_PENDING => libc::EAGAIN,
        ERROR_DISK_FULL | ERROR_HANDLE_DISK_FULL => libc::ENOSPC,
        ERROR_NOT_ENOUGH_MEMORY | ERROR_OUTOFMEMORY | ERROR_COMMITMENT_LIMIT | ERROR_MAX_THRDS_REACHED => libc::ENOMEM,
        ERROR_TOO_MANY_OPEN_FILES | ERROR_NO_SYSTEM_RESOURCES | ERROR_NOT_ENOUGH_QUOTA => libc::EMFILE,
        ERROR_INVALID_HANDLE => libc::EBADF,
        ERROR_INVALID_PARAMETER | ERROR_FILE_INVALID => libc::EINVAL,
        ERROR_DIRECTORY => libc::ENOTDIR,
        ERROR_DIR_NOT_EMPTY => libc::ENOTEMPTY,
        ERROR_WRITE_PROTECT => libc::EROFS,
        ERROR_BROKEN_PIPE | ERROR_NO_DATA => libc::EPIPE,
        ERROR_CALL_NOT_IMPLEMENTED | ERROR_PROC_NOT_FOUND => libc::ENOSYS,
        ERROR_NOT_SUPPORTED | ERROR_INVALID_FUNCTION => libc::ENOTSUP,
        _ => libc::EIO,
    }
}

/// For calls that answer with 0 where they fail.
pub fn checked(result: i32) -> Result<(), i32> {
    if result == 0 { Err(last()) } else { Ok(()) }
}

/// For functions that answer with 0 or `-errno`.
pub fn zero_or<T>(result: Result<T, i32>) -> i32 {
    result.map_or_else(|error| error, |_| 0)
}
