//! Comments: their width, and a documented unit for each number that decides what is ink and what is a line.

use super::{Source, sources_in};

/// Columns of a line with a comment; rustfmt holds code to the same width.
const MAX_COLUMNS: usize = 120;

/// Structs of tuned numbers, by how their names end; those without a `Default` hold what was measured.
const TUNED: [&str; 3] = ["Tuning", "Params", "Shape"];

/// Words of which one stands in the name or the docs of a tuned number: its unit, or what it was chosen on.
const UNITS_AND_EVIDENCE: [&str; 48] = [
    "pixel",
    "column",
    "row",
    "width",
    "height",
    "letter",
    "stroke",
    "grey",
    "level",
    "channel",
    "degree",
    "radian",
    "°",
    "%",
    "percent",
    "part",
    "share",
    "ratio",
    "fraction",
    "density",
    "count",
    "number of",
    "times",
    "factor",
    "multiple",
    "turn",
    "block",
    "line",
    "word",
    "rule",
    "dot",
    "side",
    "area",
    "length",
    "diameter",
    "radius",
    "slope",
    "step",
    "distance",
    "gap",
    "nat",
    "point",
    "component",
    "cell",
    "photo",
    "page",
    "set",
    "by eye",
];

/// Whether a comment begins in this line, and not inside a literal.
fn has_comment(line: &str) -> bool {
    let (mut is_literal, mut is_escaped, mut last) = (false, false, ' ');
    for character in line.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_literal => is_escaped = true,
            '"' if last != '\'' => is_literal = !is_literal,
            '/' if last == '/' && !is_literal => return true,
            _ => {}
        }
        last = character;
    }
    false
}

fn too_wide(folder: &str, source: &Source) -> Vec<String> {
    let lines = source.text.lines().enumerate().filter(|(_, line)| has_comment(line));
    let wide = lines.map(|(index, line)| (index + 1, line.chars().count())).filter(|(_, width)| *width > MAX_COLUMNS);
    wide.map(|(number, width)| format!("{folder}/{}:{number} has {width} columns", source.path)).collect()
}

#[test]
fn comments_are_as_wide_as_code() {
    let folders = ["src", "tests", "examples", "benches"];
    let wide = folders
        .map(|folder| sources_in(folder, "rs").iter().flat_map(|source| too_wide(folder, source)).collect::<Vec<_>>());
    let wide = wide.concat();
    assert!(wide.is_empty(), "{} comments are too wide:\n{}", wide.len(), wide.join("\n"));
}

/// A constant or a field and the text of its own docs.
#[derive(Debug, PartialEq, Eq)]
struct Documented<'a> {
    line: usize,
    name: &'a str,
    docs: String,
}

/// The lines of a file above its tests.
fn lines_of_code(source: &Source) -> Vec<&str> {
    let is_test = source.path.ends_with("tests.rs");
    source.text.lines().take_while(|line| !is_test && line.trim() != "#[cfg(test)]").map(str::trim).collect()
}

/// What the `///` above line `index` say; attributes may stand between.
fn docs_above(lines: &[&str], index: usize) -> String {
    let above = lines[..index].iter().rev().skip_while(|line| line.starts_with("#["));
    let docs: Vec<&str> = above.map_while(|line| line.strip_prefix("///")).map(str::trim).collect();
    docs.into_iter().rev().collect::<Vec<_>>().join(" ")
}

/// The rest of a line behind `pub`, with whatever visibility.
fn without_visibility(line: &str) -> &str {
    let Some(rest) = line.strip_prefix("pub") else { return line };
    match rest.strip_prefix('(') {
        Some(inside) => inside.split_once(')').map_or(line, |(_, rest)| rest.trim_start()),
        None => rest.strip_prefix(' ').unwrap_or(line),
    }
}

fn name_of(rest: &str) -> &str {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    &rest[..rest.find(|character| !is_word(character)).unwrap_or(rest.len())]
}

/// The constants in `lines` of a file, with their docs.
fn constants<'a>(lines: &[&'a str]) -> Vec<Documented<'a>> {
    let constant = |(index, line): (usize, &&'a str)| {
        let rest = without_visibility(line).strip_prefix("const ")?;
        let name = name_of(rest);
        let is_constant = rest[name.len()..].starts_with(':');
        is_constant.then(|| Documented { line: index + 1, name, docs: docs_above(lines, index) })
    };
    lines.iter().enumerate().filter_map(constant).collect()
}

fn is_tuned(name: &str, lines: &[&str]) -> bool {
    let has_default = || {
        let implements = format!("impl Default for {name} {{");
        lines.iter().any(|line| *line == implements || *line == "tunable! {")
    };
    TUNED.iter().any(|end| name.ends_with(end)) && has_default()
}

/// Whether a line inside a struct declares a field of numbers, and not one of another struct.
fn is_number(line: &str) -> bool {
    let declaration = line.split_once(": ").filter(|_| !line.starts_with(['/', '#']));
    let kind = declaration.and_then(|(_, rest)| rest.split(" = ").next()).unwrap_or_default();
    ["f32", "f64", "u8", "u16", "u32", "u64", "usize", "i32", "Interval"].iter().any(|number| kind.contains(number))
}

/// The fields of structs of tuned numbers in `lines` of a file, with their docs.
fn tuned_fields<'a>(lines: &[&'a str]) -> Vec<Documented<'a>> {
    let (mut fields, mut is_inside) = (Vec::new(), false);
    for (index, line) in lines.iter().enumerate() {
        if let Some(rest) = without_visibility(line).strip_prefix("struct ") {
            is_inside = rest.ends_with('{') && is_tuned(name_of(rest), lines);
        } else if *line == "}" {
            is_inside = false;
        } else if is_inside && is_number(line) {
            let name = name_of(without_visibility(line));
            fields.push(Documented { line: index + 1, name, docs: docs_above(lines, index) });
        }
    }
    fields
}

/// Why the docs of a constant are not its own, if so.
fn fault_of_constant(docs: &str) -> Option<&'static str> {
    let is_part = ["…", "..."].iter().any(|dots| docs.starts_with(dots) || docs.ends_with(dots));
    match docs {
        "" => Some("has no sentence of its own"),
        _ if is_part => Some("shares its sentence with another"),
        _ => None,
    }
}

fn fault_of_field(name: &str, docs: &str) -> Option<&'static str> {
    let text = format!("{name} {}", docs.to_lowercase());
    let has_unit = UNITS_AND_EVIDENCE.iter().any(|word| text.contains(word));
    fault_of_constant(docs).or((!has_unit).then_some("names neither a unit nor a set"))
}

fn faults(source: &Source) -> Vec<String> {
    let lines = lines_of_code(source);
    let of_constants = constants(&lines).into_iter().map(|found| (fault_of_constant(&found.docs), found));
    let of_fields = tuned_fields(&lines).into_iter().map(|found| (fault_of_field(found.name, &found.docs), found));
    let all = of_constants.chain(of_fields);
    all.filter_map(|(fault, found)| Some(format!("{}:{} {} {}", source.path, found.line, found.name, fault?))).collect()
}

#[test]
fn every_tuned_number_of_imaging_has_a_sentence_of_its_own() {
    let wrong: Vec<String> = sources_in("src/imaging", "rs").iter().flat_map(faults).collect();
    assert!(wrong.is_empty(), "{} numbers:\n{}", wrong.len(), wrong.join("\n"));
}

#[cfg(test)]
mod made_up {
    use super::{super::Source, faults, has_comment};

    fn faults_of(text: &str) -> Vec<String> {
        faults(&Source { path: "a.rs".to_owned(), text: text.to_owned() })
    }

    #[test]
    fn comments_are_told_from_literals() {
        assert!(has_comment("a(\"//\", '\"'); // b") && has_comment("/// c") && has_comment("let d = \"\\\"\"; //"));
        assert!(!has_comment("let url = \"https://a.b\";") && !has_comment("let half = a / b;"));
    }

    #[test]
    fn a_constant_needs_its_own_docs() {
        let found = faults_of(
            "
            /// Pixels.
            const A: f32 = 1.0;
            const B: f32 = 1.0;
            /// … and so on.
            pub(super) const C: u8 = 1;
            // no docs
            pub const D: u8 = 1;
            const fn e() {}
            #[cfg(test)]
            mod tests { const F: u8 = 1; }
            ",
        );
        let expected = ["a.rs:4 B has no", "a.rs:6 C shares its sentence with another", "a.rs:8 D has no"];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        assert!(found.iter().zip(expected).all(|(fault, begin)| fault.starts_with(begin)), "{found:#?}");
    }

    /// A struct of which `b` names no unit and `c` has no docs.
    const FIELDS: &str = "
            struct TickShape {
                /// Smallest size in letter heights.
                a: f32,
                /// Largest.
                pub(super) b: f32,
                #[serde(default)]
                c: f32,
                inner: CoreTuning,
            }
            ";

    #[test]
    fn a_field_of_a_tuning_needs_a_unit_or_a_set() {
        for text in [format!("{FIELDS}impl Default for TickShape {{"), format!("tunable! {{{FIELDS}}}")] {
            let found = faults_of(&text);
            assert_eq!(found.len(), 2, "{found:#?}");
            assert!(found[0].contains(" b names neither") && found[1].contains(" c has no"), "{found:#?}");
        }
        assert!(faults_of(FIELDS).is_empty(), "what is measured has no default");
    }
}
