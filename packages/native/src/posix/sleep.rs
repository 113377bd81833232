//! Sleeping: until a byte comes into the thread's own FIFO, or the owner of a watched life word ends.

use super::life;
use super::meeting;
use super::sleeper::{Mine, with_mine};
use crate::common::backend::Expected;
use crate::platform::clock::{now, pause};
use crate::platform::ends::Watch;

const MILLISECOND: i64 = 1_000_000;
/// How often a thread looks that can be woken by nothing.
const LOOK: i64 = MILLISECOND;
/// How often a sleeper looks at owners whose end would not wake it.
const SLICE: i64 = 20 * MILLISECOND;
/// The few microseconds that a process needs to take the place of a dead one; until then the dead one seems to live.
const SETTLE: i64 = MILLISECOND;

/// Why a wait has ended: a signal, a byte, the end of a process; or none of these, when its time is over.
pub struct Seen {
    pub interrupted: bool,
    pub rang: bool,
    pub ended: bool,
}

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
    mine.bell.empty();
    0
}

fn wait(mine: &Mine, words: &[Expected], lives: &[Expected], deadline: i64) -> i32 {
    let mut watch = Watch::of(&mine.bed, &mine.bell, meeting::current(), lives);
    look_at(lives);
    loop {
        if have_changed(words, lives) {
            return 0;
        }
        let end = if watch.is_complete { deadline } else { now().saturating_add(SLICE).min(deadline) };
        let seen = watch.wait(end);
        if seen.rang {
            mine.bell.empty(); // before the look: a byte that comes after it is for the next wait
        }
        if seen.interrupted || mine.is_woken() {
            return 0; // a signal: JavaScript may have to handle it
        }
        if seen.ended {
            look_at(lives);
            if !have_changed(&[], lives) {
                pause(now().saturating_add(SETTLE));
            }
            return 0;
        }
        if !seen.rang {
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
        if !pause(now().saturating_add(LOOK).min(deadline)) {
            return 0;
        }
    }
}
