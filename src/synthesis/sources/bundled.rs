//! Single-line fonts and sentences inside the program, from which lines are drawn without any file of the user's.

use std::{io, path::Path};

use super::source_list::{SynthesisSources, Weighted};
use crate::storage::write_atomically;

macro_rules! font {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../assets/fonts/", $name)).as_slice())
    };
}

/// Single-line fonts of many hands (OFL, see `assets/README.md`).
const FONTS: [(&str, &[u8]); 10] = [
    font!("ems/EMSAllure.svg"),
    font!("ems/EMSBird.svg"),
    font!("ems/EMSCapitol.svg"),
    font!("ems/EMSCasualHand.svg"),
    font!("ems/EMSDelight.svg"),
    font!("ems/EMSNeato.svg"),
    font!("ems/EMSPancakes.svg"),
    font!("ems/EMSPepita.svg"),
    font!("ems/EMSTech.svg"),
    font!("ems-readability/EMSReadability.svg"),
];

/// Sentences of Common Voice (CC0), one a line.
const SENTENCES: &[u8] = include_bytes!("../../../assets/texts/sentences.txt");

/// Writes the bundled fonts and sentences to `folder`, as sources of synthetic lines.
pub fn bundled_sources(folder: &Path) -> io::Result<SynthesisSources> {
    let (fonts, texts) = (folder.join("fonts"), folder.join("sentences.txt"));
    for (name, bytes) in FONTS {
        let file = Path::new(name).file_name().unwrap_or_default();
        write_atomically(&fonts.join(file), bytes)?;
    }
    write_atomically(&texts, SENTENCES)?;
    Ok(SynthesisSources {
        fonts: vec![Weighted::new(fonts, 1.0)],
        texts: vec![Weighted::new(texts, 1.0)],
        ..SynthesisSources::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthesis::synthesizer::LineSynthesizer;

    #[test]
    fn lines_are_made_of_what_is_bundled() {
        let folder = tempfile::tempdir().unwrap();
        let synthesizer = LineSynthesizer::new(&bundled_sources(folder.path()).unwrap(), 1).unwrap();
        let texts: std::collections::BTreeSet<String> = (0..8).map(|index| synthesizer.line(index).text).collect();
        assert!(texts.len() > 4 && !texts.contains(""), "{texts:?}");
    }
}
