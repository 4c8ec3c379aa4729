//! Texts with what English sentences lack: accents, ligatures, £, €, °, × and other signs of western European notes.

use super::made_texts::few;
use crate::{
    page::{CharacterSet, ascii_like},
    synthesis::random::LineRng,
};

/// Words and names as they stand in notes of English speakers and their neighbours.
const WORDS: [&str; 96] = [
    "café",
    "résumé",
    "naïve",
    "fiancé",
    "fiancée",
    "cliché",
    "déjà vu",
    "façade",
    "crème brûlée",
    "jalapeño",
    "piñata",
    "Zoë",
    "Chloë",
    "Noël",
    "Brontë",
    "über",
    "Müller",
    "Köln",
    "Zürich",
    "Düsseldorf",
    "Straße",
    "Grüße",
    "schön",
    "für",
    "Größe",
    "weiß",
    "Übung",
    "Äpfel",
    "Öl",
    "München",
    "Málaga",
    "señor",
    "mañana",
    "niño",
    "España",
    "año",
    "José",
    "María",
    "Íñigo",
    "Ángel",
    "Ñandú",
    "corazón",
    "también",
    "está",
    "aquí",
    "inglés",
    "Québec",
    "élève",
    "École",
    "été",
    "être",
    "forêt",
    "hôtel",
    "hôpital",
    "île",
    "maître",
    "où",
    "là",
    "très",
    "père",
    "mère",
    "garçon",
    "français",
    "leçon",
    "reçu",
    "Noëlle",
    "haïr",
    "cœur",
    "sœur",
    "œuvre",
    "Œdipe",
    "bœuf",
    "Ça va",
    "À bientôt",
    "Malmö",
    "Åse",
    "Åland",
    "smörgåsbord",
    "Søren",
    "Ørsted",
    "København",
    "Tromsø",
    "blåbær",
    "Ærø",
    "æble",
    "encyclopædia",
    "Citroën",
    "coöperate",
    "Ibáñez",
    "Gödel",
    "Schrödinger",
    "Poincaré",
    "Ampère",
    "Ångström",
    "Curaçao",
    "Château",
];
/// Share of the texts whose letters get accents anywhere, which shows every accent on every letter.
const ANYWHERE: f32 = 0.4;
/// Share of their letters that get one.
const LETTERS: std::ops::Range<f32> = 0.08..0.35;
/// Share of the texts with a word of [`WORDS`]; the others have a sign.
const WITH_WORDS: f32 = 0.3;

/// `text` with accents, or with a word or sign beside some of its words. Shares were set by eye; no measurement is
/// recorded.
pub(super) fn western_text(text: &str, rng: &mut LineRng) -> String {
    if rng.chance(ANYWHERE) {
        return with_accents(text, rng);
    }
    let added = if rng.chance(WITH_WORDS) { word(rng) } else { item(rng) };
    let words: Vec<&str> = text.split(' ').collect();
    match rng.count(0, 11) {
        10 => format!("¿{}?", few(&words, rng)),
        11 => format!("¡{}!", few(&words, rng)),
        0..=2 => added,
        3 | 4 => format!("{added} {}", few(&words, rng)),
        5 | 6 => format!("{} {added}", few(&words, rng)),
        _ => format!("{} {added} {}", few(&words, rng), few(&words, rng)),
    }
}

/// Some letters replaced by one of theirs with an accent.
fn with_accents(text: &str, rng: &mut LineRng) -> String {
    let share = rng.uniform(LETTERS);
    let replaced = |c: char, rng: &mut LineRng| {
        let fitting = relatives(c);
        if rng.chance(share) { rng.pick(&fitting).copied().unwrap_or(c) } else { c }
    };
    text.chars().map(|c| replaced(c, rng)).collect()
}

/// The letters beyond ASCII that resemble `letter`.
pub(crate) fn relatives(letter: char) -> Vec<char> {
    let western = CharacterSet::western();
    let beyond = CharacterSet::ascii().n_labels()..western.n_labels();
    let letters = beyond.filter_map(|label| western.character(label)).filter(|c| c.is_alphabetic());
    letters.filter(|&c| ascii_like(c) == Some(letter)).collect()
}

fn word(rng: &mut LineRng) -> String {
    let word = rng.pick(&WORDS).copied().unwrap_or_default();
    let written: String = word.chars().filter(|&c| CharacterSet::western().label(c).is_some()).collect();
    if rng.chance(0.12) { written.to_uppercase() } else { written }
}

/// A price, temperature, fraction, product, paragraph or arrow.
fn item(rng: &mut LineRng) -> String {
    let (a, b) = (rng.count(0, 99), rng.count(1, 50));
    match rng.count(0, 17) {
        0 | 1 => format!("£{a}"),
        2 => format!("£{a}.{:02}", rng.count(0, 99)),
        3 | 4 => format!("€{a}"),
        5 => format!("{a},{:02} €", rng.count(0, 99)),
        6 => format!("{a}°"),
        7 => format!("{a}°C"),
        8 => format!("{a} °F"),
        9 => format!("{a}½"),
        10 => format!("½ {}", ["cup", "tsp", "h", "kg", "pint", "page"][rng.count(0, 5)]),
        11 => format!("{a} × {b} = {}", a * b),
        12 => format!("{} ÷ {b} = {a}", a * b),
        13 => format!("§ {a}"),
        14 => format!("§{a}.{b}"),
        15 => format!("→ {a}"),
        16 => format!("{a} {}²", ["m", "cm", "km", "x", "r"][rng.count(0, 4)]),
        _ => format!("{a} ± {b}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_western_character_turns_up_and_no_other() {
        let western = CharacterSet::western();
        let mut seen = BTreeSet::new();
        for index in 0..20_000 {
            let text = western_text("Some Old Nuns Ate Eels In Quiet Urban Yards", &mut LineRng::new(5, index));
            assert!(text.chars().all(|c| western.label(c).is_some()), "{text:?}");
            seen.extend(text.chars().filter(|c| !c.is_ascii()));
        }
        let beyond = CharacterSet::ascii().n_labels()..western.n_labels();
        let missing: String = beyond.filter_map(|l| western.character(l)).filter(|c| !seen.contains(c)).collect();
        assert_eq!(missing, "");
    }
}
