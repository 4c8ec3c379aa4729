//! The toolkit of the window: theme, icons, widgets, textures, view transform.

pub(super) mod icons;
pub(super) mod line_field;
pub(super) mod texture;
pub(super) mod theme;
pub(super) mod view_transform;
pub(super) mod widgets;
