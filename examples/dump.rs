use sglint::config::*;
use sglint::providers::aws;
use sglint::source::SourceMap;
use sglint::terraform::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
fn main() {
    let verbose = std::env::var("V").is_ok();
    let cwd = std::env::current_dir().unwrap();
    let sources = Arc::new(SourceMap::new(&cwd));
    let configs = Arc::new(ConfigStore::new(&ConfigChoice::None, Arc::clone(&sources)));
    let paths: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let found = sglint::discover::discover(&paths, &configs, &sources);
    let store = ModuleStore::default();
    let t = Instant::now();
    let modules: Vec<_> = found.terraform.iter().map(|d| store.read(&sources, &d.path, &d.files)).collect();
    eprintln!("parse {:?} {} dirs", t.elapsed(), modules.len());
    let called: std::collections::BTreeSet<PathBuf> = modules
        .iter()
        .flat_map(|m| m.called_directories().map(|p| p.to_path_buf()).collect::<Vec<_>>())
        .collect();
    let t = Instant::now();
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut res, mut groups, mut perms) = (0, 0, 0);
    let mut peers: BTreeMap<String, usize> = BTreeMap::new();
    for m in &modules {
        if called.contains(&m.directory) {
            continue;
        }
        let inputs = Inputs::read(&sources, &m.directory, &[], &BTreeMap::new());
        let t1 = Instant::now();
        let c = evaluate(m, &inputs, &store, &sources, &aws::interest);
        let (n, p) = aws::network(&c);
        if t1.elapsed().as_millis() > 50 {
            eprintln!("slow {} {:?}", c.name, t1.elapsed());
        }
        res += c.resources.len();
        groups += n.groups.len();
        perms += n.permissions.len();
        for p in c.problems.iter().chain(&p) {
            *codes.entry(p.code).or_default() += 1;
            if verbose {
                let at = p
                    .span
                    .map(|s| {
                        let f = sources.get(s.file);
                        let pos = f.position(s.start);
                        format!("{}:{}:{}", f.name(), pos.line, pos.column)
                    })
                    .unwrap_or_default();
                println!("{at} {} {}", p.code, p.message);
            }
        }
        for p in &n.permissions {
            use sglint::network::model::Peer;
            let k = match &p.peer {
                Peer::Cidr(f) => match &f.value {
                    Ok(c) => {
                        if c.cidr.is_ok() {
                            "cidr".into()
                        } else {
                            format!("bad cidr {}", c.text)
                        }
                    }
                    Err(u) => format!("unknown cidr: {}", u.cause.class()),
                },
                Peer::Group(f) => match &f.value {
                    Ok(sglint::network::model::GroupTarget::Group(_)) => "group".into(),
                    Ok(sglint::network::model::GroupTarget::External(_)) => "external".to_string(),
                    Ok(sglint::network::model::GroupTarget::Dangling(w)) => format!("dangling {w}"),
                    Ok(sglint::network::model::GroupTarget::Unknown(u)) => {
                        format!("group unknown {}", u.cause.class())
                    }
                    Err(u) => format!("group unknown {}", u.cause.class()),
                },
                Peer::SelfGroup(_) => "self".into(),
                Peer::PrefixList(_) => "pl".into(),
                Peer::Unknown(f) => {
                    format!("unknown: {}", f.value.as_ref().err().map(|u| u.cause.class()).unwrap_or("?"))
                }
                Peer::Missing => "missing".into(),
            };
            if verbose {
                println!("PERM {} {:?} {k}", p.resource, p.direction);
            }
            *peers.entry(k).or_default() += 1;
        }
    }
    eprintln!("evaluate {:?} resources {res} groups {groups} perms {perms}", t.elapsed());
    eprintln!("{codes:#?}\n{peers:#?}");
}
