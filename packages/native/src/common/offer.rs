use super::backend::Backend;
use super::memory::{page_size, shared_buffer};
use crate::offer::Offer;

impl Offer {
    pub fn of(backend: &dyn Backend, futex_waitv: bool) -> Self {
        Self {
            shared_buffer: shared_buffer::way_name(),
            backend: backend.name(),
            marks_lives: backend.marks_lives(),
            futex_waitv,
            page_bytes: page_size() as u32,
        }
    }
}
