//! Who may open what this toolkit makes: this user, and no other.
//!
//! Each file, directory and event is made with a security descriptor of its own, which inherits nothing: its owner is the user, and its
//! access list has one entry, which gives the user all rights. Administrators can take over what is any user's, as root can elsewhere.

use super::error::{checked, last};
use super::handle::{owned, raw, wide};
use std::ptr::null_mut;
use std::sync::OnceLock;
use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Authorization::{
    ConvertSecurityDescriptorToStringSecurityDescriptorW, ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW,
    GetNamedSecurityInfoW, SDDL_REVISION_1, SE_FILE_OBJECT,
};
use windows_sys::Win32::Security::{
    ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, DACL_SECURITY_INFORMATION, GetAce, GetTokenInformation, INHERIT_ONLY_ACE,
    OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    DELETE, FILE_ADD_FILE, FILE_ADD_SUBDIRECTORY, FILE_DELETE_CHILD, FILE_WRITE_ATTRIBUTES, FILE_WRITE_EA, WRITE_DAC, WRITE_OWNER,
};
use windows_sys::Win32::System::SystemServices::ACCESS_ALLOWED_ACE_TYPE;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Those that may write to a directory of this user's anyway: the system, the administrators, and the owner of what is made in it.
const TRUSTED: [&str; 4] = ["S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-4"];
const GENERIC: u32 = 0x4000_0000 | 0x1000_0000; // to write, and all
const WRITES: u32 = GENERIC
    | FILE_ADD_FILE
    | FILE_ADD_SUBDIRECTORY
    | FILE_DELETE_CHILD
    | FILE_WRITE_ATTRIBUTES
    | FILE_WRITE_EA
    | DELETE
    | WRITE_DAC
    | WRITE_OWNER;

struct Descriptor(PSECURITY_DESCRIPTOR);
// SAFETY: never changed once it is made, and never freed.
unsafe impl Send for Descriptor {}
unsafe impl Sync for Descriptor {}

/// For files and events.
pub fn only_this_user() -> Result<SECURITY_ATTRIBUTES, i32> {
    static MADE: OnceLock<Result<Descriptor, i32>> = OnceLock::new();
    attributes(MADE.get_or_init(|| descriptor_of(&format!("O:{0}D:P(A;;GA;;;{0})", user()?))))
}

/// For directories, and what others make in them.
pub fn directory_of_this_user() -> Result<SECURITY_ATTRIBUTES, i32> {
    static MADE: OnceLock<Result<Descriptor, i32>> = OnceLock::new();
    attributes(MADE.get_or_init(|| descriptor_of(&format!("O:{0}D:P(A;OICI;FA;;;{0})", user()?))))
}

fn attributes(descriptor: &Result<Descriptor, i32>) -> Result<SECURITY_ATTRIBUTES, i32> {
    let descriptor = descriptor.as_ref().map_err(|error| *error)?;
    let length = size_of::<SECURITY_ATTRIBUTES>() as u32;
    Ok(SECURITY_ATTRIBUTES { nLength: length, lpSecurityDescriptor: descriptor.0, bInheritHandle: 0 })
}

fn descriptor_of(text: &str) -> Result<Descriptor, i32> {
    let (text, mut descriptor) = (wide(text), null_mut());
    // SAFETY: a string that lives through the call; `descriptor` is writable.
    checked(unsafe { ConvertStringSecurityDescriptorToSecurityDescriptorW(text.as_ptr(), SDDL_REVISION_1, &mut descriptor, null_mut()) })?;
    Ok(Descriptor(descriptor))
}

/// The number of the user that this process runs as, such as S-1-5-21-….
pub fn user() -> Result<&'static str, i32> {
    static USER: OnceLock<Result<String, i32>> = OnceLock::new();
    USER.get_or_init(read_user).as_deref().map_err(|error| *error)
}

fn read_user() -> Result<String, i32> {
    let mut token = null_mut();
    // SAFETY: `token` is writable; the handle of this process need not be closed.
    checked(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &mut token) })?;
    let token = owned(token)?;
    let mut found = [0u64; 64]; // aligned; a number of a user takes 68 bytes at most
    let mut length = 0;
    // SAFETY: room for as many bytes as are said.
    unsafe {
        checked(GetTokenInformation(raw(&token), TokenUser, found.as_mut_ptr().cast(), size_of_val(&found) as u32, &mut length))?;
        text_of((*found.as_ptr().cast::<TOKEN_USER>()).User.Sid).ok_or_else(last)
    }
}

/// # Safety
/// A valid number.
unsafe fn text_of(sid: PSID) -> Option<String> {
    let mut text = null_mut();
    // SAFETY: the caller's promise; the text ends with a zero.
    unsafe { if ConvertSidToStringSidW(sid, &mut text) == 0 { None } else { Some(taken(text)) } }
}

/// # Safety
/// A text of `LocalAlloc` that ends with a zero.
unsafe fn taken(text: *mut u16) -> String {
    // SAFETY: the caller's promise.
    unsafe {
        let length = (0..).take_while(|&index| *text.add(index) != 0).count();
        let found = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast());
        found
    }
}

/// The owner of a directory, and those besides this user that may write to it. Both are empty where the system does not tell.
pub fn writers_of(path: &[u16]) -> Result<(String, Vec<String>), i32> {
    let (mut owner, mut list, mut descriptor): (PSID, *mut ACL, PSECURITY_DESCRIPTOR) = (null_mut(), null_mut(), null_mut());
    let wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    // SAFETY: a path that ends with a zero; the rest is writable. What is found lies in the descriptor, which is freed at the end.
    unsafe {
        let status =
            GetNamedSecurityInfoW(path.as_ptr(), SE_FILE_OBJECT, wanted, &mut owner, null_mut(), &mut list, null_mut(), &mut descriptor);
        if status != 0 {
            return Err(super::error::of(status));
        }
        let found = (text_of(owner).unwrap_or_default(), others_in(list));
        LocalFree(descriptor);
        Ok(found)
    }
}

/// # Safety
/// A valid access list, or null, by which everyone may do everything.
unsafe fn others_in(list: *const ACL) -> Vec<String> {
    if list.is_null() {
        return vec!["S-1-1-0".into()];
    }
    let mut others = Vec::new();
    // SAFETY: the caller's promise; entries are looked at only as what they say they are.
    unsafe {
        for index in 0..u32::from((*list).AceCount) {
            let mut entry = null_mut();
            if GetAce(list, index, &mut entry) == 0 {
                continue;
            }
            let header = &*entry.cast::<ACE_HEADER>();
            if u32::from(header.AceType) != ACCESS_ALLOWED_ACE_TYPE || u32::from(header.AceFlags) & INHERIT_ONLY_ACE != 0 {
                continue;
            }
            let allowed = entry.cast::<ACCESS_ALLOWED_ACE>();
            let who = text_of((&raw mut (*allowed).SidStart).cast()).unwrap_or_default();
            let is_other = !TRUSTED.contains(&who.as_str()) && user() != Ok(who.as_str());
            if is_other && (*allowed).Mask & WRITES != 0 {
                others.push(who);
            }
        }
    }
    others
}

/// The security descriptor of a file or directory in the language of descriptors (SDDL), for people and tests.
pub fn describe_path(path: &[u16]) -> Result<String, i32> {
    let wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    let (mut descriptor, mut text) = (null_mut(), null_mut());
    // SAFETY: as in `writers_of`.
    unsafe {
        let status =
            GetNamedSecurityInfoW(path.as_ptr(), SE_FILE_OBJECT, wanted, null_mut(), null_mut(), null_mut(), null_mut(), &mut descriptor);
        if status != 0 {
            return Err(super::error::of(status));
        }
        let made = ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, SDDL_REVISION_1, wanted, &mut text, null_mut());
        let found = if made == 0 { Err(last()) } else { Ok(taken(text)) };
        LocalFree(descriptor);
        found
    }
}
