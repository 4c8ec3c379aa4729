//! Made-up texts that notes hold and sentences lack: numbers, dates, prices, addresses, lists, code, file names, single
//! characters. The kinds are drawn evenly unless a kind is listed twice; no measurement of the shares is recorded.

use crate::synthesis::random::LineRng;

/// Every printable character but the blank.
const CHARACTERS: &str =
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
/// Characters that hardly occur in sentences.
const RARE_CHARACTERS: &str = "|`;{}\\^~#@[]_&<>QXZJ";
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const NAMES: [&str; 24] = [
    "Anna", "Ben", "Chloe", "David", "Emma", "Felix", "Grace", "Hugo", "Ivy", "Jack", "Kofi", "Lena", "Max", "Nora",
    "Olga", "Priya", "Quinn", "Raj", "Sofia", "Tom", "Uma", "Victor", "Wei", "Zoe",
];
const SURNAMES: [&str; 20] = [
    "Adams", "Brown", "Chen", "Diaz", "Evans", "Fischer", "Garcia", "Hughes", "Ito", "Jones", "Khan", "Lopez",
    "Murphy", "Nguyen", "O'Neil", "Patel", "Quiroz", "Smith", "Taylor", "Young",
];
const ABBREVIATIONS: [&str; 24] = [
    "e.g.", "i.e.", "etc.", "vs.", "No.", "approx.", "Dr.", "Mr.", "Mrs.", "Prof.", "U.S.A.", "U.K.", "a.m.", "p.m.",
    "ASAP", "FYI", "TODO", "P.S.", "Fig.", "pp.", "w/o", "w/", "b/c", "&c.",
];

/// A made-up text; its ordinary words are taken from `sentence`.
pub(super) fn made_text(sentence: &str, rng: &mut LineRng) -> String {
    let words: Vec<&str> = sentence.split(' ').collect();
    let mut text = match rng.count(0, 17) {
        0 => list_item(&words, rng),
        1 => heading(&words, rng),
        2 => code(&words, rng),
        3 => address(&words, rng),
        4 | 13 => characters(rng),
        5 => equation(rng),
        6 => rng.pick(&words).map_or_else(String::new, |w| (*w).to_owned()),
        7 => name(rng),
        8 => format!("{} {}", few(&words, rng), item(rng)),
        9 => format!("{} {}", item(rng), few(&words, rng)),
        10 => bracketed(&few(&words, rng), rng),
        14 | 15 => label(&words, rng),
        16 => series(&words, rng),
        17 => file_name(&words, rng),
        _ => item(rng),
    };
    while rng.chance(0.15) {
        text = format!("{text} {}", item(rng));
    }
    if text.trim().is_empty() { item(rng) } else { text }
}

/// A number, date, time, price, percentage, telephone number, abbreviation or quantity.
fn item(rng: &mut LineRng) -> String {
    match rng.count(0, 9) {
        0 => number(rng),
        1 | 2 => date(rng),
        3 => time(rng),
        4 => price(rng),
        5 => format!("{}%", number(rng)),
        6 => telephone(rng),
        7 => one_of(&ABBREVIATIONS, rng),
        8 => {
            format!(
                "{}{}",
                one_of(&["#", "No. ", "~", "+", "-", "x", "<", ">", "=", "@", "p. "], rng),
                rng.count(0, 500)
            )
        }
        _ => format!("{} {}", number(rng), one_of(&["kg", "cm", "km/h", "ml", "GB", "pcs", "h", "min", "C", "x"], rng)),
    }
}

fn one_of(list: &[&str], rng: &mut LineRng) -> String {
    rng.pick(list).map_or_else(String::new, |item| (*item).to_owned())
}

/// One to five of `words` in a row.
pub(super) fn few(words: &[&str], rng: &mut LineRng) -> String {
    let n = rng.count(1, 5).min(words.len());
    let first = rng.count(0, words.len() - n);
    words[first..first + n].join(" ")
}

fn number(rng: &mut LineRng) -> String {
    match rng.count(0, 4) {
        0 => rng.count(0, 99).to_string(),
        1 => rng.count(0, 9999).to_string(),
        2 => format!("{}.{}", rng.count(0, 999), rng.count(0, 99)),
        3 => format!("{},{:03}", rng.count(1, 999), rng.count(0, 999)),
        _ => (0..rng.count(3, 10)).map(|_| char::from(b'0' + rng.count(0, 9) as u8)).collect(),
    }
}

fn date(rng: &mut LineRng) -> String {
    let (day, month, year) = (rng.count(1, 31), rng.count(1, 12), rng.count(1900, 2035));
    let name = MONTHS[month - 1];
    match rng.count(0, 6) {
        0 => format!("{day}/{month}/{year}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        2 => format!("{name} {day}, {year}"),
        3 => format!("{day} {name} {year}"),
        4 => format!("{}, {} {day}", one_of(&DAYS, rng), &name[..3]),
        5 => format!("{day}.{month}.{:02}", year % 100),
        _ => format!("{month:02}/{day:02}"),
    }
}

fn time(rng: &mut LineRng) -> String {
    let minute = rng.count(0, 59);
    match rng.count(0, 3) {
        0 => format!("{}:{minute:02}", rng.count(0, 23)),
        1 => format!("{}:{minute:02} {}", rng.count(1, 12), one_of(&["am", "pm", "AM", "PM"], rng)),
        2 => format!("{}{}", rng.count(1, 12), one_of(&["am", "pm", " o'clock", " h"], rng)),
        _ => {
            let start = rng.count(0, 12);
            format!("{start}:{minute:02}-{}:{minute:02}", start + rng.count(1, 9))
        }
    }
}

fn price(rng: &mut LineRng) -> String {
    match rng.count(0, 3) {
        0 => format!("${}", rng.count(1, 9999)),
        1 => format!("${}.{:02}", rng.count(0, 500), rng.count(0, 99)),
        2 => format!("{}.{:02} {}", rng.count(0, 500), rng.count(0, 99), one_of(&["EUR", "USD", "GBP", "$"], rng)),
        _ => {
            format!("{} x ${}.{:02} = ${}", rng.count(2, 20), rng.count(1, 40), rng.count(0, 99), rng.count(2, 900))
        }
    }
}

fn telephone(rng: &mut LineRng) -> String {
    let (a, b, c) = (rng.count(200, 999), rng.count(100, 999), rng.count(0, 9999));
    match rng.count(0, 3) {
        0 => format!("({a}) {b}-{c:04}"),
        1 => format!("+{} {a} {b} {c:04}", rng.count(1, 99)),
        2 => format!("{a}-{b}-{c:04}"),
        _ => format!("0{a} {b}{c:04}"),
    }
}

fn name(rng: &mut LineRng) -> String {
    let (first, last) = (one_of(&NAMES, rng), one_of(&SURNAMES, rng));
    match rng.count(0, 4) {
        0 => format!("{} {last}", one_of(&["Mr.", "Mrs.", "Ms", "Dr.", "Prof."], rng)),
        1 => format!("{}. {last}", &first[..1]),
        2 => format!("{last}, {first}"),
        3 => format!("{first} & {}", one_of(&NAMES, rng)),
        _ => format!("{first} {last}"),
    }
}

fn list_item(words: &[&str], rng: &mut LineRng) -> String {
    let mark = match rng.count(0, 9) {
        0 => format!("{}.", rng.count(1, 20)),
        1 => format!("{})", rng.count(1, 20)),
        2 => format!("({})", one_of(&["a", "b", "c", "i", "ii", "1", "2"], rng)),
        3 => one_of(&["a)", "b)", "c)", "A.", "B.", "i)", "ii."], rng),
        4 => one_of(&["[ ]", "[x]", "[X]", "[]"], rng),
        5 => one_of(&["->", "=>", ">", ">>", "<-"], rng),
        6 => one_of(&["*", "+", "~", "**", "o"], rng),
        _ => "-".to_owned(),
    };
    format!("{mark} {}", few(words, rng))
}

fn heading(words: &[&str], rng: &mut LineRng) -> String {
    let text = few(words, rng);
    let text = text.trim_end_matches(|c: char| c.is_ascii_punctuation());
    let titled = || text.split(' ').map(capitalized).collect::<Vec<_>>().join(" ");
    match rng.count(0, 6) {
        0 => text.to_ascii_uppercase(),
        1 => format!("{}:", text.to_ascii_uppercase()),
        2 => format!("{}:", titled()),
        3 => format!("{}. {}", rng.count(1, 30), titled()),
        4 => format!("{}.{} {}", rng.count(1, 12), rng.count(1, 9), titled()),
        5 => format!(
            "{} {}: {}",
            one_of(&["Chapter", "Unit", "Week", "Lab", "Part", "Step"], rng),
            rng.count(1, 30),
            titled()
        ),
        _ => titled(),
    }
}

/// A label of a diagram's box or arrow: mostly in capitals, names of parts and files.
pub(crate) fn label(words: &[&str], rng: &mut LineRng) -> String {
    let (a, b) = (plain_word(words, rng), plain_word(words, rng));
    let text = match rng.count(0, 8) {
        0 => format!("{a} {b}"),
        1 => format!("{a}_{b}"),
        2 => format!("{a}_{b}_{}", plain_word(words, rng)),
        3 => format!("{a} ({b})"),
        4 => format!("{a}/{b}"),
        5 => format!("{a} -> {b}"),
        6 => format!("{a}: {b}"),
        7 => return file_name(words, rng),
        _ => a,
    };
    match rng.count(0, 4) {
        0 => text,
        1 => text.split(' ').map(capitalized).collect::<Vec<_>>().join(" "),
        _ => text.to_ascii_uppercase(),
    }
}

/// The name of a file, as in lists and diagrams.
fn file_name(words: &[&str], rng: &mut LineRng) -> String {
    const ENDINGS: [&str; 16] = [
        "js", "py", "json", "rs", "sql", "yml", "ts", "md", "txt", "csv", "html", "css", "java", "docx", "xlsx", "pdf",
    ];
    let (a, b) = (plain_word(words, rng), plain_word(words, rng));
    let stem = match rng.count(0, 7) {
        0 | 1 => capitalized(&a),
        2 => format!("{a}{}", capitalized(&b)),
        3 => format!("{}{}", capitalized(&a), capitalized(&b)),
        4 => format!("{a}{}{b}", one_of(&["-", "_"], rng)),
        5 => number(rng),
        _ => a,
    };
    format!("{stem}.{}", one_of(&ENDINGS, rng))
}

/// Characters one by one, as for trying a pen, filling in a form, labelling columns or spelling a word.
fn series(words: &[&str], rng: &mut LineRng) -> String {
    let row: String = match rng.count(0, 4) {
        0 | 1 => ('a'..='z').collect(),
        2 => ('0'..='9').collect(),
        3 => plain_word(words, rng),
        _ => (0..rng.count(3, 14)).map(|_| char::from(b'a' + rng.count(0, 25) as u8)).collect(),
    };
    let n = rng.count(2, 26).min(row.len());
    let first = rng.count(0, row.len() - n);
    let shown = &row[first..first + n];
    let shown = if rng.chance(0.5) { shown.to_ascii_uppercase() } else { shown.to_owned() };
    let between = one_of(&[" ", " ", " ", " ", ", ", ",", "-", ""], rng);
    shown.chars().map(String::from).collect::<Vec<_>>().join(&between)
}

fn capitalized(word: &str) -> String {
    word.get(..1).map_or_else(String::new, |first| first.to_ascii_uppercase() + &word[1..])
}

fn bracketed(text: &str, rng: &mut LineRng) -> String {
    let pairs =
        [("(", ")"), ("[", "]"), ("{", "}"), ("\"", "\""), ("'", "'"), ("<", ">"), ("*", "*"), ("`", "`"), ("_", "_")];
    let (open, close) = rng.pick(&pairs).copied().unwrap_or(("(", ")"));
    format!("{open}{text}{close}")
}

/// One of `words`: its letters and digits in lower case.
fn plain_word(words: &[&str], rng: &mut LineRng) -> String {
    let word = rng.pick(words).copied().unwrap_or_default();
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    if plain.is_empty() { "item".to_owned() } else { plain.to_ascii_lowercase() }
}

fn address(words: &[&str], rng: &mut LineRng) -> String {
    let (host, person) = (plain_word(words, rng), one_of(&NAMES, rng).to_ascii_lowercase());
    let domain = one_of(&["com", "org", "net", "de", "co.uk", "io", "edu"], rng);
    let surname = plain_word(&SURNAMES, rng);
    match rng.count(0, 6) {
        0 | 1 => format!("{person}.{surname}@{host}.{domain}"),
        2 => format!("{person}_{}@{host}.{domain}", rng.count(1, 99)),
        3 => format!("www.{host}.{domain}"),
        4 => format!("https://{host}.{domain}/{}", plain_word(words, rng)),
        5 => format!("http://{host}.{domain}/?q={}&id={}", plain_word(words, rng), rng.count(1, 99)),
        _ => format!(
            "{} {} {}",
            rng.count(1, 250),
            one_of(&SURNAMES, rng),
            one_of(&["St.", "Street", "Rd", "Ave.", "Lane"], rng)
        ),
    }
}

fn code(words: &[&str], rng: &mut LineRng) -> String {
    let (a, b) = (plain_word(words, rng), plain_word(words, rng));
    let n = rng.count(0, 64);
    match rng.count(0, 17) {
        0 => format!("{a}_{b}"),
        1 => format!("{a}{}()", capitalized(&b)),
        2 => format!("{a}.{}", one_of(&["js", "py", "txt", "rs", "csv", "pdf", "html"], rng)),
        3 => format!("if ({a} <= {n}) {{"),
        4 => format!("{a}[{n}] = {b};"),
        5 => format!("/{a}/{b}/"),
        6 => format!("C:\\{a}\\{b}"),
        7 => format!("<{a}>{b}</{a}>"),
        8 => format!("{}_{}", a.to_ascii_uppercase(), b.to_ascii_uppercase()),
        9 => format!("$ {a} | {b} -{}", one_of(&["n", "v", "rf", "a", "x"], rng)),
        10 => format!("#{a} @{b}"),
        11 => format!("{{\"{a}\": {n}}}"),
        12 => format!("`{a}` ~/{b}"),
        13 => format!("{a} && !{b} || {n}"),
        14 => format!("{a}^{} * {b}", rng.count(2, 9)),
        15 => format!("for {a} in {b}: # {n}"),
        16 => format!("{a}-{n}{}", one_of(&["%", "^", "~", "\\", "|", "`", "?", "!"], rng)),
        _ => format!("{a} = \\{b}{{{n}}}"),
    }
}

fn equation(rng: &mut LineRng) -> String {
    let (a, b) = (rng.count(0, 99), rng.count(1, 30));
    let letter = one_of(&["x", "y", "n", "a", "k", "t", "z"], rng);
    match rng.count(0, 6) {
        0 => format!("{a} + {b} = {}", a + b),
        1 => format!("{a} * {b} = {}", a * b),
        2 => format!("{b}{letter} - {a} = 0"),
        3 => format!("f({letter}) = {letter}^{} + {a}", rng.count(2, 5)),
        4 => format!("{a}/{b} < {letter} <= {}", a + b),
        5 => format!("{letter} > {a}.{b}"),
        _ => format!("({letter} + {a})({letter} - {b})"),
    }
}

/// One character, or several of any kind in a row.
fn characters(rng: &mut LineRng) -> String {
    let all: Vec<char> = CHARACTERS.chars().collect();
    let rare: Vec<char> = RARE_CHARACTERS.chars().collect();
    let n = if rng.chance(0.4) { 1 } else { rng.count(2, 10) };
    let spaced = rng.chance(0.4);
    let mut text = String::new();
    for i in 0..n {
        if i > 0 && spaced {
            text.push(' ');
        }
        let from = if rng.chance(0.5) { &rare } else { &all };
        text.extend(rng.pick(from));
    }
    text
}
