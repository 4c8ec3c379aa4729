//! Writing XML.

use std::{
    io,
    time::{SystemTime, UNIX_EPOCH},
};

use quick_xml::Writer;

use crate::page::{Point, Rect};

/// Where documents are written to.
pub(super) type XmlWriter = Writer<Vec<u8>>;

/// A document that `write` writes. Writing to memory never fails.
pub(super) fn document(write: impl FnOnce(&mut XmlWriter) -> io::Result<()>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
    // Names and values are text, and memory takes all of it.
    write(&mut writer).ok();
    let body = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}\n")
}

/// Places as PAGE and ALTO write them: whole pixels, `x,y x,y`, none below 0.
pub(super) fn points(places: &[Point]) -> String {
    let pixel = |at: f32| at.max(0.0).round() as u32;
    let pairs = places.iter().map(|p| format!("{},{}", pixel(p.x), pixel(p.y)));
    pairs.collect::<Vec<_>>().join(" ")
}

/// The upright box around places, in whole pixels of a page of this size: left, top, width, height.
pub(super) fn upright_box(places: &[Point], (width, height): (u32, u32)) -> [u32; 4] {
    let around = Rect::around(places.iter().copied()).unwrap_or_default();
    let pixel = |at: f32, most: u32| (at.round().max(0.0) as u32).min(most);
    let (left, top) = (pixel(around.x0, width), pixel(around.y0, height));
    [left, top, pixel(around.x1, width) - left, pixel(around.y1, height) - top]
}

/// The time in UTC as XML Schema writes it, such as `2018-08-05T12:00:00Z`.
pub(super) fn now() -> String {
    // A clock that is set before 1970 is wrong in any case.
    let secs = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    date_time(secs)
}

/// So many seconds after 1970 began. Years are counted from March on, so that leap days come last, in eras of 400 years
/// (Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn date_time(secs: u64) -> String {
    let (days, in_day) = (secs / 86_400 + 719_468, secs % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (in_day / 3600, in_day / 60 % 60, in_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (secs, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_533_470_400, "2018-08-05T12:00:00Z"),
        ] {
            assert_eq!(date_time(secs), text);
        }
    }

    #[test]
    fn boxes_and_places_stay_on_the_page() {
        let places = [[-3.0, 4.4], [20.6, 90.0]].map(Point::from);
        assert_eq!(points(&places), "0,4 21,90");
        assert_eq!(upright_box(&places, (10, 50)), [0, 4, 10, 46]);
        assert_eq!(upright_box(&[], (10, 50)), [0; 4]);
    }
}
