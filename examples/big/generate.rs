//! Writes the tables of a large catalogue of services: `generate-big OUTDIR [NODES]`.
//!
//! The same number of nodes gives the same bytes, on any machine. Uses nothing but the standard
//! library, not even layercake itself.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command may print")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

const DEFAULT_NODES: usize = 10_000;
const FEWEST_NODES: usize = 100;
const MOST_NODES: usize = 10_000_000;

/// How many services there are for each domain, and for each system, about.
const SERVICES_PER_DOMAIN: usize = 400;
const SERVICES_PER_SYSTEM: usize = 25;

const DOMAINS: [&str; 16] = [
    "Billing",
    "Orders",
    "Shipping",
    "Identity",
    "Search",
    "Pricing",
    "Loyalty",
    "Returns",
    "Payments",
    "Catalog",
    "Warehouse",
    "Marketing",
    "Support",
    "Insight",
    "Partners",
    "Platform",
];
const SUBJECTS: [&str; 24] = [
    "Invoice", "Basket", "Parcel", "Customer", "Price", "Voucher", "Refund", "Address", "Stock",
    "Supplier", "Contract", "Campaign", "Ticket", "Session", "Tariff", "Route", "Review", "Image",
    "Consent", "Forecast", "Ledger", "Shift", "Discount", "Receipt",
];
const LAYERS: [Layer; 5] = [
    Layer { id: "frontend", about: "Front ends,#dcebfa,#143d66,#4f8fcf", share: 10 },
    Layer { id: "service", about: "Services,#dff3e8,#12472e,#4fa37a", share: 55 },
    Layer { id: "store", about: "Data stores,#fdf0d3,#5c3d04,#b07d16", share: 20 },
    Layer { id: "queue", about: "Queues,#fbe4dc,#6b2412,#c76a4a", share: 8 },
    Layer { id: "job", about: "Jobs,#eae6f8,#37296e,#8a7cc7", share: 7 },
];
/// For each layer, what its members are called.
const ROLES: [[&str; 4]; 5] = [
    ["page", "app", "console", "widget"],
    ["service", "gateway", "engine", "adapter"],
    ["store", "cache", "index", "archive"],
    ["queue", "stream", "inbox", "topic"],
    ["export", "import", "cleanup", "report"],
];
/// For each layer, what is done to its members.
const VERBS: [[&str; 3]; 5] = [
    ["opens", "embeds", "links to"],
    ["calls", "asks", ""],
    ["reads", "writes", "reads and writes"],
    ["publishes to", "consumes", ""],
    ["starts", "waits for", ""],
];
const TEAMS: [&str; 10] =
    ["heron", "otter", "lynx", "magpie", "badger", "kestrel", "marten", "plover", "stoat", "wren"];

/// What services of one sort have in common.
struct Layer {
    id: &'static str,
    about: &'static str,
    /// How many of a hundred services are of it.
    share: u64,
}

/// A service, as far as edges need to know it.
struct Service {
    id: String,
    layer: usize,
    domain: usize,
}

/// Numbers that look random (SplitMix64: Steele, Lea & Flood, 2014).
struct Random(u64);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let nodes = match arguments.get(1).map(|nodes| nodes.parse()) {
        None => DEFAULT_NODES,
        Some(Ok(nodes)) if (FEWEST_NODES..=MOST_NODES).contains(&nodes) => nodes,
        Some(_) => return usage(),
    };
    let [folder, ..] = &arguments[..] else { return usage() };
    if arguments.len() > 2 || folder.starts_with('-') {
        return usage();
    }
    match generate(Path::new(folder), nodes) {
        Ok(edges) => {
            println!("{nodes} nodes and {edges} edges in {folder}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cannot write the tables to {folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: generate-big OUTDIR [NODES]");
    eprintln!("NODES is from {FEWEST_NODES} to {MOST_NODES}, {DEFAULT_NODES} unless given");
    ExitCode::from(2)
}

/// Writes the three tables and returns the number of edges.
pub fn generate(folder: &Path, nodes: usize) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let open = |name| File::create(folder.join(name)).map(BufWriter::new);
    let mut random = Random(nodes as u64);
    write_layers(open("layers.csv")?)?;
    let services = write_nodes(open("nodes.csv")?, nodes, &mut random)?;
    write_edges(open("edges.csv")?, &services, &mut random)
}

fn write_layers(mut out: impl Write) -> io::Result<()> {
    writeln!(out, "id,label,background,text,border")?;
    for layer in &LAYERS {
        writeln!(out, "{},{}", layer.id, layer.about)?;
    }
    out.flush()
}

/// Writes domains, the systems in them and the services in those, `nodes` in all.
fn write_nodes(mut out: impl Write, nodes: usize, random: &mut Random) -> io::Result<Vec<Service>> {
    writeln!(out, "id,label,layer,belongs_to,team,tier,comment")?;
    let domains = (nodes / SERVICES_PER_DOMAIN).max(3);
    let systems = (nodes / SERVICES_PER_SYSTEM).max(domains);
    for domain in 0..domains {
        let name = DOMAINS[domain % DOMAINS.len()];
        let round = domain / DOMAINS.len();
        let label = if round == 0 { name.to_owned() } else { format!("{name} {}", round + 1) };
        writeln!(out, "domain-{domain},{label},,,,,")?;
    }
    let mut domain_of = Vec::with_capacity(systems);
    for system in 0..systems {
        // Each domain has a system at least; of the others, the first domains get the most.
        let domain = if system < domains { system } else { random.skewed(domains) };
        let subject = SUBJECTS[random.below(SUBJECTS.len())];
        writeln!(out, "system-{system},{subject} system {system},,domain-{domain},,,")?;
        domain_of.push(domain);
    }
    let count = nodes - domains - systems;
    let mut services = Vec::with_capacity(count);
    for number in 0..count {
        let system = random.below(systems);
        let layer = random.layer();
        let subject = SUBJECTS[random.below(SUBJECTS.len())];
        let role = ROLES[layer][random.below(4)];
        let id = format!("{}-{role}-{number}", subject.to_lowercase());
        let team = TEAMS[random.below(TEAMS.len())];
        let tier = 1 + random.skewed(4);
        let comment = match random.below(20) {
            0 => "\"Old, but it works\"",
            1 => "Being replaced",
            _ => "",
        };
        let layer_id = LAYERS[layer].id;
        writeln!(
            out,
            "{id},{subject} {role} {number},{layer_id},system-{system},{team},{tier},{comment}"
        )?;
        services.push(Service { id, layer, domain: domain_of[system] });
    }
    out.flush()?;
    Ok(services)
}

/// Writes about two edges for each service: most stay in the domain, and some reach what many
/// others reach already (preferential attachment: Barabási & Albert, 1999).
fn write_edges(
    mut out: impl Write,
    services: &[Service],
    random: &mut Random,
) -> io::Result<usize> {
    writeln!(out, "source,target,label,weight")?;
    let domains = services.iter().map(|service| service.domain + 1).max().unwrap_or(0);
    let mut by_domain = vec![Vec::new(); domains];
    for (number, service) in services.iter().enumerate() {
        by_domain[service.domain].push(number);
    }
    let mut reached: Vec<usize> = Vec::with_capacity(services.len() * 2);
    for (number, service) in services.iter().enumerate() {
        // A few have no edge at all, most one or two, and some a great many.
        for _ in 0..random.skewed(8) {
            let neighbors = &by_domain[service.domain];
            let target = match random.below(10) {
                0..=4 => neighbors[random.below(neighbors.len())],
                5..=8 if !reached.is_empty() => reached[random.below(reached.len())],
                _ => random.below(services.len()),
            };
            if target == number {
                continue;
            }
            let other = &services[target];
            // Some do two things with the same target.
            let verbs = VERBS[other.layer].iter().cycle().skip(random.below(3));
            for verb in verbs.take(1 + usize::from(random.below(8) == 0)) {
                let weight = 1 + random.skewed(100);
                writeln!(out, "{},{},{verb},{weight}", service.id, other.id)?;
                reached.push(target);
            }
        }
    }
    out.flush()?;
    Ok(reached.len())
}

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Returns a number below `end`, a small one more often.
    fn skewed(&mut self, end: usize) -> usize {
        let one = self.below(end);
        one.min(self.below(end))
    }

    /// Returns the place of a layer, each as often as its share says.
    fn layer(&mut self) -> usize {
        let mut rest = self.next() % 100;
        for (place, layer) in LAYERS.iter().enumerate() {
            if rest < layer.share {
                return place;
            }
            rest -= layer.share;
        }
        0
    }
}
