//! The process, its children and their ends.

pub mod child;
pub mod exec;
pub mod exit;
pub mod signals;
