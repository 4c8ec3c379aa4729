//! What is linked: no crate of the network, no licence that nobody agreed to. The lists are those of `deny.toml`.

use std::{collections::BTreeSet, fs, process::Command};

use super::{root, sources};

/// A crate that the program links: its name and the licence that it states.
struct Linked {
    name: String,
    licence: String,
}

/// The crates of the whole program on Linux, without those that only the compiler runs.
fn linked() -> Vec<Linked> {
    let edges = "normal,no-proc-macro";
    let arguments = ["tree", "--locked", "--offline", "--edges", edges, "--prefix", "none", "--format", "{p}\t{l}"];
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .current_dir(root())
        .output()
        .expect("cargo is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: BTreeSet<String> = String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect();
    let linked = lines.iter().filter_map(|line| {
        let (package, licence) = line.split_once('\t')?;
        // Crates that were listed with all they need are marked by a star.
        let licence = licence.trim_end_matches("(*)").trim().to_owned();
        Some(Linked { name: package.split(' ').next()?.to_owned(), licence })
    });
    linked.collect()
}

fn deny() -> toml::Table {
    fs::read_to_string(root().join("deny.toml")).expect("deny.toml").parse().expect("TOML")
}

/// The texts of a list, or those under `key` of its tables.
fn texts(list: &toml::Value, key: &str) -> BTreeSet<String> {
    let items = list.as_array().expect("a list").iter();
    items.map(|item| item.get(key).unwrap_or(item).as_str().expect("a text").to_owned()).collect()
}

/// Whether a licence expression is met by the allowed ones: all that `AND` joins, one that `OR` joins.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    // The expressions of crates nest no deeper than one pair of brackets.
    if let Some((before, rest)) = expression.split_once('(')
        && let Some((inside, after)) = rest.split_once(')')
    {
        let met = if is_met(inside, allowed) { "MIT" } else { "none" };
        return is_met(&format!("{before}{met}{after}"), allowed);
    }
    let expression = expression.replace('/', " OR ");
    let is_allowed = |part: &str| part.split(" AND ").all(|licence| allowed.contains(licence.trim()));
    expression.split(" OR ").any(is_allowed)
}

#[test]
fn no_crate_of_the_network_is_linked() {
    let banned = texts(&deny()["bans"]["deny"], "crate");
    assert!(banned.len() > 10);
    let linked = linked();
    assert!(linked.len() > 200, "the tree is listed: {}", linked.len());
    let found: Vec<&str> =
        linked.iter().map(|linked| linked.name.as_str()).filter(|name| banned.contains(*name)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn no_source_names_the_network() {
    for source in sources() {
        for (number, line) in source.code() {
            for banned in ["std::net", "TcpStream", "UdpSocket", "ToSocketAddrs"] {
                assert!(!line.contains(banned), "{}:{number} names {banned}", source.path);
            }
        }
    }
}

#[test]
fn every_linked_licence_is_one_that_was_agreed_to() {
    let allowed = texts(&deny()["licenses"]["allow"], "");
    let wrong: Vec<String> = linked()
        .into_iter()
        .filter(|linked| !is_met(&linked.licence, &allowed))
        .map(|linked| format!("{}: {}", linked.name, linked.licence))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = BTreeSet::from(["MIT".to_owned(), "ISC".to_owned()]);
    for met in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "MIT AND ISC", "(GPL-3.0 OR MIT) AND ISC", "MIT  OR  X"] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in ["GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR X) AND ISC", "", "GPL-3.0 OR X"] {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}
