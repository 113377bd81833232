//! How a sleeper is woken where it sleeps on a descriptor: by a byte in its FIFO.

use super::fifo;
use super::holder::Holder;
use super::lot::Lot;
use crate::unix::file::ring;
use std::ffi::{CString, c_void};
use std::os::fd::{AsRawFd, OwnedFd};

/// The sleeper's end.
pub struct Bell(OwnedFd);

impl Bell {
    pub fn make(lot: &Lot, index: usize, nonce: u32) -> Result<Self, i32> {
        fifo::make(&path(lot, index, nonce)?).map(Self)
    }

    pub fn descriptor(&self) -> &OwnedFd {
        &self.0
    }

    /// Takes the bytes that have come. One that comes later is found by the next sleep, which does not believe it.
    pub fn empty(&self) {
        let mut bytes = [0u8; 64];
        // SAFETY: room for that many bytes; it never waits.
        unsafe { libc::read(self.0.as_raw_fd(), bytes.as_mut_ptr().cast(), bytes.len()) };
    }
}

/// Takes the name of a sleeper's FIFO away.
pub fn remove(lot: &Lot, index: usize, nonce: u32) {
    if let Ok(path) = path(lot, index, nonce) {
        fifo::remove(&path);
    }
}

/// A waker's end.
pub struct Striker(OwnedFd);

impl Striker {
    pub fn open(lot: &Lot, index: usize, nonce: u32, _holder: Holder) -> Result<Self, i32> {
        fifo::open(&path(lot, index, nonce)?, libc::O_WRONLY).map(Self)
    }

    /// False if the sleeper is dead, and has not heard it.
    pub fn strike(&self) -> bool {
        ring(self.0.as_raw_fd()) == 0
    }

    /// A write end reports an error once its last reader is gone: that sleeper has ended.
    pub fn has_hearer(&self) -> bool {
        let mut polled = libc::pollfd { fd: self.0.as_raw_fd(), events: 0, revents: 0 };
        // SAFETY: one entry, valid for the call, which does not wait.
        unsafe { libc::poll(&mut polled, 1, 0) };
        polled.revents & (libc::POLLERR | libc::POLLHUP) == 0
    }
}

fn path(lot: &Lot, index: usize, nonce: u32) -> Result<CString, i32> {
    CString::new(format!("{}-s{index:x}-{nonce:x}", lot.prefix())).map_err(|_| -libc::EINVAL)
}

unsafe extern "C" {
    /// Every C library has it; the crate `libc` does not say so for musl.
    fn getentropy(buffer: *mut c_void, byte_length: usize) -> i32;
}

/// A random number, so that the name of a dead sleeper's FIFO leads nowhere.
pub fn nonce() -> u32 {
    let mut nonce = [0u8; 4];
    // SAFETY: room for that many bytes.
    unsafe { getentropy(nonce.as_mut_ptr().cast(), nonce.len()) };
    u32::from_ne_bytes(nonce)
}
