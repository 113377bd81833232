/// What a platform offers: see `describe` in `native.ts`.
pub struct Offer {
    pub shared_buffer: &'static str,
    pub backend: &'static str,
    pub marks_lives: bool,
    pub futex_waitv: bool,
    pub page_bytes: u32,
}
