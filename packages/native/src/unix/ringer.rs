//! The doorbell of an event loop, as those have it that ring it: a FIFO.

use super::errno::checked;
use super::file::{id_of, ring};
use crate::common::file_id::FileId;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

pub struct Ringer {
    /// A descriptor of our own, so that it is open as long as this is here.
    bell: OwnedFd,
    file: FileId,
}

impl Ringer {
    pub fn of(fd: i32) -> Result<Self, i32> {
        let file = id_of(fd)?;
        // SAFETY: no memory is involved; what the kernel returns has no other owner.
        let bell = unsafe { OwnedFd::from_raw_fd(checked(libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0))?) };
        Ok(Self { bell, file })
    }

    pub fn is_same(&self, other: &Self) -> bool {
        self.file == other.file
    }

    pub fn ring(&self) {
        ring(self.bell.as_raw_fd());
    }
}
