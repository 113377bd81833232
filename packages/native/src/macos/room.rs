/// How many more files this process may map. The kernel has no limit of its own on mappings; that on descriptors is in `keep_lock`.
pub struct Room;

impl Room {
    pub const fn new() -> Self {
        Self
    }

    pub fn take(&mut self) -> Result<(), i32> {
        Ok(())
    }
}
