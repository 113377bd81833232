//! Other processes by handles, which stay those of the process when its number is used again.

use super::handle::{owned, raw};
use std::os::windows::io::OwnedHandle;
use windows_sys::Win32::Foundation::{HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_SYNCHRONIZE, WaitForSingleObject};

pub struct ProcessHandle(OwnedHandle);

impl ProcessHandle {
    pub fn open(pid: u32) -> Result<Self, i32> {
        // SAFETY: no memory is involved.
        owned(unsafe { OpenProcess(PROCESS_SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, 0, pid) }).map(Self)
    }

    pub fn raw(&self) -> HANDLE {
        raw(&self.0)
    }

    pub fn has_ended(&self) -> bool {
        self.wait(0)
    }

    /// Whether it has ended within that time.
    pub fn wait(&self, milliseconds: u32) -> bool {
        // SAFETY: a handle that is open as long as this is here.
        unsafe { WaitForSingleObject(self.raw(), milliseconds) == WAIT_OBJECT_0 }
    }
}
