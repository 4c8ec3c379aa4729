//! What is known of corrections of the picture that lay at a page's path before.

mod matching;

use crate::storage::Recovery;

/// What is known of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum EarlierCorrections {
    /// There are none, or the user has answered.
    #[default]
    None,
    /// The page is not read yet, so that the pictures cannot be compared.
    Unweighed(Recovery),
    /// The page has the same lines; the user is asked.
    Offered(Recovery),
}
