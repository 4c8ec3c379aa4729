//! Training and distillation.
