//! Which pages text is taken of.

/// The pages whose text is copied or saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextScope {
    /// The page that is shown.
    Page,
    /// All open pages, in their order.
    AllPages,
}
