//! Sleeping: on the thread's own FIFO, and on those that hang up when the owners of the watched life words end.

use super::hang_up::HangUps;
use super::life;
use super::meeting;
use super::sleeper::{Mine, with_mine};
use crate::unix::backend::Expected;
use crate::unix::clock::{now, time};
use std::os::fd::AsRawFd;
use std::ptr::null;

const MILLISECOND: i64 = 1_000_000;
/// How often a thread looks that can be woken by nothing.
const LOOK: i64 = MILLISECOND;
/// How often a sleeper looks at owners that it cannot poll.
const SLICE: i64 = 20 * MILLISECOND;
/// The few microseconds that a process needs to take the place of a dead one; until then the dead one seems to live.
const SETTLE: i64 = MILLISECOND;

pub fn sleep(words: &[Expected], lives: &[Expected], deadline: i64) -> i32 {
    with_mine(|mine| match mine {
        Some(mine) => sleep_as(mine, words, lives, deadline),
        None => look_often(words, lives, deadline),
    })
}

fn sleep_as(mine: &Mine, words: &[Expected], lives: &[Expected], deadline: i64) -> i32 {
    mine.lie_down(words, lives);
    let answer = wait(mine, words, lives, deadline);
    if !mine.get_up() {
        return answer;
    }
    mine.empty_bell();
    0
}

fn wait(mine: &Mine, words: &[Expected], lives: &[Expected], deadline: i64) -> i32 {
    let hang_ups = meeting::current().map_or(HangUps { descriptors: Vec::new(), are_complete: true }, |lot| HangUps::of(lot, lives));
    look_at(lives);
    let entry = |fd: i32| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    let bell = entry(mine.bell.as_raw_fd());
    let mut polled: Vec<_> = std::iter::once(bell).chain(hang_ups.descriptors.iter().map(|fd| entry(fd.as_raw_fd()))).collect();
    loop {
        if have_changed(words, lives) {
            return 0;
        }
        let end = if hang_ups.are_complete { deadline } else { now().saturating_add(SLICE).min(deadline) };
        let count = poll(&mut polled, end);
        if polled[0].revents != 0 {
            mine.empty_bell(); // before the look: a byte that comes after it is for the next poll
        }
        if count < 0 || mine.is_woken() {
            return 0; // a signal: JavaScript may have to handle it
        }
        if polled[1..].iter().any(|other| other.revents != 0) {
            look_at(lives);
            if !have_changed(&[], lives) {
                poll(&mut [], now().saturating_add(SETTLE));
            }
            return 0;
        }
        if count == 0 {
            if end >= deadline {
                return 1;
            }
            look_at(lives);
        }
        // Else a byte came too late for the sleep that it was meant for.
    }
}

/// Marks the words of those that have ended.
fn look_at(lives: &[Expected]) {
    for life in lives {
        life::check(&life.word);
    }
}

fn have_changed(words: &[Expected], lives: &[Expected]) -> bool {
    words.iter().chain(lives).any(Expected::has_changed)
}

fn look_often(words: &[Expected], lives: &[Expected], deadline: i64) -> i32 {
    loop {
        look_at(lives);
        if have_changed(words, lives) {
            return 0;
        }
        if now() >= deadline {
            return 1;
        }
        if poll(&mut [], now().saturating_add(LOOK).min(deadline)) < 0 {
            return 0;
        }
    }
}

/// How many have something to say; 0 when the time is over, -1 after a signal.
fn poll(polled: &mut [libc::pollfd], end: i64) -> i32 {
    let left = time((end - now()).max(0));
    // SAFETY: that many entries, writable; no signal mask.
    unsafe { libc::ppoll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, &left, null()) }
}
