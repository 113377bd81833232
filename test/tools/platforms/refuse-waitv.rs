//! Runs a program for which the kernel refuses `futex_waitv`: refuse-waitv <errno> <program> [arguments]
//!
//! By a seccomp filter, as container engines do. Programs that it starts inherit the filter. See seccomp(2).

use std::env::args;
use std::os::unix::process::CommandExt;
use std::process::{Command, exit};

/// `struct sock_filter`
#[repr(C)]
struct Instruction {
    code: u16,
    skip_if_equal: u8,
    skip_if_not: u8,
    operand: u32,
}

/// `struct sock_fprog`
#[repr(C)]
struct Filter {
    length: u16,
    instructions: *const Instruction,
}

unsafe extern "C" {
    fn prctl(option: i32, ...) -> i32;
}

const SET_NO_NEW_PRIVILEGES: i32 = 38;
const SET_SECCOMP: i32 = 22;
const MODE_FILTER: usize = 2;

const LOAD_WORD: u16 = 0x20;
const SKIP_IF_EQUAL: u16 = 0x15;
const RETURN: u16 = 0x06;
const NUMBER_OF_CALL: u32 = 0; // in `struct seccomp_data`
const ALLOW: u32 = 0x7fff_0000;
const ANSWER_ERROR: u32 = 0x0005_0000;
const FUTEX_WAITV: u32 = 449; // on all architectures

fn main() {
    let mut arguments = args().skip(1);
    let (Some(Ok(error)), Some(program)) = (arguments.next().map(|text| text.parse::<u16>()), arguments.next()) else {
        eprintln!("Usage: refuse-waitv <errno> <program> [arguments]");
        exit(2);
    };
    refuse_waitv(error);
    let failure = Command::new(&program).args(arguments).exec();
    eprintln!("Cannot run {program}: {failure}");
    exit(1);
}

fn refuse_waitv(error: u16) {
    let step = |code, operand| Instruction { code, skip_if_equal: 0, skip_if_not: 0, operand };
    let instructions = [
        step(LOAD_WORD, NUMBER_OF_CALL),
        Instruction { code: SKIP_IF_EQUAL, skip_if_equal: 0, skip_if_not: 1, operand: FUTEX_WAITV },
        step(RETURN, ANSWER_ERROR | u32::from(error)),
        step(RETURN, ALLOW),
    ];
    let filter = Filter { length: instructions.len() as u16, instructions: instructions.as_ptr() };
    // SAFETY: the filter is as the kernel expects it, and lives through the call. Those who are not root may add one only if no
    // program that they start gains privileges.
    let result = unsafe {
        match prctl(SET_NO_NEW_PRIVILEGES, 1usize, 0usize, 0usize, 0usize) {
            0 => prctl(SET_SECCOMP, MODE_FILTER, &raw const filter),
            error => error,
        }
    };
    if result != 0 {
        eprintln!("The kernel takes no seccomp filter: {}", std::io::Error::last_os_error());
        exit(1);
    }
}
