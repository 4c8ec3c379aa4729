//! The toolkit of the window: theme, icons, widgets, textures, view transform, pictures of views.

pub(super) mod icons;
pub(super) mod line_field;
pub(super) mod offscreen;
pub(super) mod software_painter;
pub(super) mod texture;
pub(super) mod theme;
pub(super) mod view_transform;
pub(super) mod widgets;
