//! Texts that notes hold and sentences lack: numbers, dates, prices, addresses, lists, code, file names, single characters.

use super::dice::Dice;

/// Every printable character but the blank.
const CHARACTERS: &str =
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
/// Those that hardly turn up elsewhere.
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
const SHORTENINGS: [&str; 24] = [
    "e.g.", "i.e.", "etc.", "vs.", "No.", "approx.", "Dr.", "Mr.", "Mrs.", "Prof.", "U.S.A.", "U.K.", "a.m.", "p.m.",
    "ASAP", "FYI", "TODO", "P.S.", "Fig.", "pp.", "w/o", "w/", "b/c", "&c.",
];

/// A made-up text; its ordinary words come from `sentence`.
pub(super) fn made_text(sentence: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = sentence.split(' ').collect();
    let mut text = match dice.count(0, 17) {
        0 => list_item(&words, dice),
        1 => heading(&words, dice),
        2 => code(&words, dice),
        3 => address(&words, dice),
        4 | 13 => characters(dice),
        5 => equation(dice),
        6 => dice.pick(&words).map_or_else(String::new, |w| (*w).to_owned()),
        7 => name(dice),
        8 => format!("{} {}", few(&words, dice), item(dice)),
        9 => format!("{} {}", item(dice), few(&words, dice)),
        10 => bracketed(&few(&words, dice), dice),
        14 | 15 => label(&words, dice),
        16 => series(&words, dice),
        17 => file_name(&words, dice),
        _ => item(dice),
    };
    while dice.chance(0.15) {
        text = format!("{text} {}", item(dice));
    }
    if text.trim().is_empty() { item(dice) } else { text }
}

/// A number, date, time, price, percentage, telephone number or shortening.
fn item(dice: &mut Dice) -> String {
    match dice.count(0, 9) {
        0 => number(dice),
        1 | 2 => date(dice),
        3 => time(dice),
        4 => price(dice),
        5 => format!("{}%", number(dice)),
        6 => telephone(dice),
        7 => of(&SHORTENINGS, dice),
        8 => {
            format!("{}{}", of(&["#", "No. ", "~", "+", "-", "x", "<", ">", "=", "@", "p. "], dice), dice.count(0, 500))
        }
        _ => format!("{} {}", number(dice), of(&["kg", "cm", "km/h", "ml", "GB", "pcs", "h", "min", "C", "x"], dice)),
    }
}

fn of(list: &[&str], dice: &mut Dice) -> String {
    dice.pick(list).map_or_else(String::new, |item| (*item).to_owned())
}

fn few(words: &[&str], dice: &mut Dice) -> String {
    let n = dice.count(1, 5).min(words.len());
    let first = dice.count(0, words.len() - n);
    words[first..first + n].join(" ")
}

fn number(dice: &mut Dice) -> String {
    match dice.count(0, 4) {
        0 => dice.count(0, 99).to_string(),
        1 => dice.count(0, 9999).to_string(),
        2 => format!("{}.{}", dice.count(0, 999), dice.count(0, 99)),
        3 => format!("{},{:03}", dice.count(1, 999), dice.count(0, 999)),
        _ => (0..dice.count(3, 10)).map(|_| char::from(b'0' + dice.count(0, 9) as u8)).collect(),
    }
}

fn date(dice: &mut Dice) -> String {
    let (day, month, year) = (dice.count(1, 31), dice.count(1, 12), dice.count(1900, 2035));
    let name = MONTHS[month - 1];
    match dice.count(0, 6) {
        0 => format!("{day}/{month}/{year}"),
        1 => format!("{year}-{month:02}-{day:02}"),
        2 => format!("{name} {day}, {year}"),
        3 => format!("{day} {name} {year}"),
        4 => format!("{}, {} {day}", of(&DAYS, dice), &name[..3]),
        5 => format!("{day}.{month}.{:02}", year % 100),
        _ => format!("{month:02}/{day:02}"),
    }
}

fn time(dice: &mut Dice) -> String {
    let minute = dice.count(0, 59);
    match dice.count(0, 3) {
        0 => format!("{}:{minute:02}", dice.count(0, 23)),
        1 => format!("{}:{minute:02} {}", dice.count(1, 12), of(&["am", "pm", "AM", "PM"], dice)),
        2 => format!("{}{}", dice.count(1, 12), of(&["am", "pm", " o'clock", " h"], dice)),
        _ => {
            let start = dice.count(0, 12);
            format!("{start}:{minute:02}-{}:{minute:02}", start + dice.count(1, 9))
        }
    }
}

fn price(dice: &mut Dice) -> String {
    match dice.count(0, 3) {
        0 => format!("${}", dice.count(1, 9999)),
        1 => format!("${}.{:02}", dice.count(0, 500), dice.count(0, 99)),
        2 => format!("{}.{:02} {}", dice.count(0, 500), dice.count(0, 99), of(&["EUR", "USD", "GBP", "$"], dice)),
        _ => {
            format!("{} x ${}.{:02} = ${}", dice.count(2, 20), dice.count(1, 40), dice.count(0, 99), dice.count(2, 900))
        }
    }
}

fn telephone(dice: &mut Dice) -> String {
    let (a, b, c) = (dice.count(200, 999), dice.count(100, 999), dice.count(0, 9999));
    match dice.count(0, 3) {
        0 => format!("({a}) {b}-{c:04}"),
        1 => format!("+{} {a} {b} {c:04}", dice.count(1, 99)),
        2 => format!("{a}-{b}-{c:04}"),
        _ => format!("0{a} {b}{c:04}"),
    }
}

fn name(dice: &mut Dice) -> String {
    let (first, last) = (of(&NAMES, dice), of(&SURNAMES, dice));
    match dice.count(0, 4) {
        0 => format!("{} {last}", of(&["Mr.", "Mrs.", "Ms", "Dr.", "Prof."], dice)),
        1 => format!("{}. {last}", &first[..1]),
        2 => format!("{last}, {first}"),
        3 => format!("{first} & {}", of(&NAMES, dice)),
        _ => format!("{first} {last}"),
    }
}

fn list_item(words: &[&str], dice: &mut Dice) -> String {
    let mark = match dice.count(0, 9) {
        0 => format!("{}.", dice.count(1, 20)),
        1 => format!("{})", dice.count(1, 20)),
        2 => format!("({})", of(&["a", "b", "c", "i", "ii", "1", "2"], dice)),
        3 => of(&["a)", "b)", "c)", "A.", "B.", "i)", "ii."], dice),
        4 => of(&["[ ]", "[x]", "[X]", "[]"], dice),
        5 => of(&["->", "=>", ">", ">>", "<-"], dice),
        6 => of(&["*", "+", "~", "**", "o"], dice),
        _ => "-".to_owned(),
    };
    format!("{mark} {}", few(words, dice))
}

fn heading(words: &[&str], dice: &mut Dice) -> String {
    let text = few(words, dice);
    let text = text.trim_end_matches(|c: char| c.is_ascii_punctuation());
    let titled = || text.split(' ').map(capitalized).collect::<Vec<_>>().join(" ");
    match dice.count(0, 6) {
        0 => text.to_ascii_uppercase(),
        1 => format!("{}:", text.to_ascii_uppercase()),
        2 => format!("{}:", titled()),
        3 => format!("{}. {}", dice.count(1, 30), titled()),
        4 => format!("{}.{} {}", dice.count(1, 12), dice.count(1, 9), titled()),
        5 => format!(
            "{} {}: {}",
            of(&["Chapter", "Unit", "Week", "Lab", "Part", "Step"], dice),
            dice.count(1, 30),
            titled()
        ),
        _ => titled(),
    }
}

/// What stands in a diagram's boxes and beside its arrows: mostly capitals, names of parts and files.
pub(super) fn label(words: &[&str], dice: &mut Dice) -> String {
    let (a, b) = (plain_word(words, dice), plain_word(words, dice));
    let text = match dice.count(0, 8) {
        0 => format!("{a} {b}"),
        1 => format!("{a}_{b}"),
        2 => format!("{a}_{b}_{}", plain_word(words, dice)),
        3 => format!("{a} ({b})"),
        4 => format!("{a}/{b}"),
        5 => format!("{a} -> {b}"),
        6 => format!("{a}: {b}"),
        7 => return file_name(words, dice),
        _ => a,
    };
    match dice.count(0, 4) {
        0 => text,
        1 => text.split(' ').map(capitalized).collect::<Vec<_>>().join(" "),
        _ => text.to_ascii_uppercase(),
    }
}

/// As programmers and offices name files, in lists and diagrams.
fn file_name(words: &[&str], dice: &mut Dice) -> String {
    const ENDINGS: [&str; 16] = [
        "js", "py", "json", "rs", "sql", "yml", "ts", "md", "txt", "csv", "html", "css", "java", "docx", "xlsx", "pdf",
    ];
    let (a, b) = (plain_word(words, dice), plain_word(words, dice));
    let stem = match dice.count(0, 7) {
        0 | 1 => capitalized(&a),
        2 => format!("{a}{}", capitalized(&b)),
        3 => format!("{}{}", capitalized(&a), capitalized(&b)),
        4 => format!("{a}{}{b}", of(&["-", "_"], dice)),
        5 => number(dice),
        _ => a,
    };
    format!("{stem}.{}", of(&ENDINGS, dice))
}

/// Characters one by one, as people try a pen, fill in a form, label columns or spell a word.
fn series(words: &[&str], dice: &mut Dice) -> String {
    let row: String = match dice.count(0, 4) {
        0 | 1 => ('a'..='z').collect(),
        2 => ('0'..='9').collect(),
        3 => plain_word(words, dice),
        _ => (0..dice.count(3, 14)).map(|_| char::from(b'a' + dice.count(0, 25) as u8)).collect(),
    };
    let n = dice.count(2, 26).min(row.len());
    let first = dice.count(0, row.len() - n);
    let shown = &row[first..first + n];
    let shown = if dice.chance(0.5) { shown.to_ascii_uppercase() } else { shown.to_owned() };
    let between = of(&[" ", " ", " ", " ", ", ", ",", "-", ""], dice);
    shown.chars().map(String::from).collect::<Vec<_>>().join(&between)
}

fn capitalized(word: &str) -> String {
    word.get(..1).map_or_else(String::new, |first| first.to_ascii_uppercase() + &word[1..])
}

fn bracketed(text: &str, dice: &mut Dice) -> String {
    let pairs =
        [("(", ")"), ("[", "]"), ("{", "}"), ("\"", "\""), ("'", "'"), ("<", ">"), ("*", "*"), ("`", "`"), ("_", "_")];
    let (open, close) = dice.pick(&pairs).copied().unwrap_or(("(", ")"));
    format!("{open}{text}{close}")
}

/// Word characters only, small.
fn plain_word(words: &[&str], dice: &mut Dice) -> String {
    let word = dice.pick(words).copied().unwrap_or_default();
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    if plain.is_empty() { "item".to_owned() } else { plain.to_ascii_lowercase() }
}

fn address(words: &[&str], dice: &mut Dice) -> String {
    let (host, person) = (plain_word(words, dice), of(&NAMES, dice).to_ascii_lowercase());
    let domain = of(&["com", "org", "net", "de", "co.uk", "io", "edu"], dice);
    let surname = plain_word(&SURNAMES, dice);
    match dice.count(0, 6) {
        0 | 1 => format!("{person}.{surname}@{host}.{domain}"),
        2 => format!("{person}_{}@{host}.{domain}", dice.count(1, 99)),
        3 => format!("www.{host}.{domain}"),
        4 => format!("https://{host}.{domain}/{}", plain_word(words, dice)),
        5 => format!("http://{host}.{domain}/?q={}&id={}", plain_word(words, dice), dice.count(1, 99)),
        _ => format!(
            "{} {} {}",
            dice.count(1, 250),
            of(&SURNAMES, dice),
            of(&["St.", "Street", "Rd", "Ave.", "Lane"], dice)
        ),
    }
}

fn code(words: &[&str], dice: &mut Dice) -> String {
    let (a, b) = (plain_word(words, dice), plain_word(words, dice));
    let n = dice.count(0, 64);
    match dice.count(0, 17) {
        0 => format!("{a}_{b}"),
        1 => format!("{a}{}()", capitalized(&b)),
        2 => format!("{a}.{}", of(&["js", "py", "txt", "rs", "csv", "pdf", "html"], dice)),
        3 => format!("if ({a} <= {n}) {{"),
        4 => format!("{a}[{n}] = {b};"),
        5 => format!("/{a}/{b}/"),
        6 => format!("C:\\{a}\\{b}"),
        7 => format!("<{a}>{b}</{a}>"),
        8 => format!("{}_{}", a.to_ascii_uppercase(), b.to_ascii_uppercase()),
        9 => format!("$ {a} | {b} -{}", of(&["n", "v", "rf", "a", "x"], dice)),
        10 => format!("#{a} @{b}"),
        11 => format!("{{\"{a}\": {n}}}"),
        12 => format!("`{a}` ~/{b}"),
        13 => format!("{a} && !{b} || {n}"),
        14 => format!("{a}^{} * {b}", dice.count(2, 9)),
        15 => format!("for {a} in {b}: # {n}"),
        16 => format!("{a}-{n}{}", of(&["%", "^", "~", "\\", "|", "`", "?", "!"], dice)),
        _ => format!("{a} = \\{b}{{{n}}}"),
    }
}

fn equation(dice: &mut Dice) -> String {
    let (a, b) = (dice.count(0, 99), dice.count(1, 30));
    let letter = of(&["x", "y", "n", "a", "k", "t", "z"], dice);
    match dice.count(0, 6) {
        0 => format!("{a} + {b} = {}", a + b),
        1 => format!("{a} * {b} = {}", a * b),
        2 => format!("{b}{letter} - {a} = 0"),
        3 => format!("f({letter}) = {letter}^{} + {a}", dice.count(2, 5)),
        4 => format!("{a}/{b} < {letter} <= {}", a + b),
        5 => format!("{letter} > {a}.{b}"),
        _ => format!("({letter} + {a})({letter} - {b})"),
    }
}

/// One character, or several of any kind in a row.
fn characters(dice: &mut Dice) -> String {
    let all: Vec<char> = CHARACTERS.chars().collect();
    let rare: Vec<char> = RARE_CHARACTERS.chars().collect();
    let n = if dice.chance(0.4) { 1 } else { dice.count(2, 10) };
    let spaced = dice.chance(0.4);
    let mut text = String::new();
    for i in 0..n {
        if i > 0 && spaced {
            text.push(' ');
        }
        let from = if dice.chance(0.5) { &rare } else { &all };
        text.extend(dice.pick(from));
    }
    text
}
