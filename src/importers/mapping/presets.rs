//! The kinds that are rules for the mapping, kept as files beside this one.

use std::marker::PhantomData;

use super::options::{Preset, PresetOptions};
use super::{Request, import, locate, rules};
use crate::diagnostic::{Diagnostics, Failed};
use crate::origin::{Places, Wanted};
use crate::step::{Data, Importer, InputFile};

/// A kind that is a file of rules.
pub trait Rules {
    /// See [`Importer::KIND`].
    const KIND: &'static str;
    /// See [`Importer::ABOUT`].
    const ABOUT: &'static str;
    /// The ends of file names that mean it.
    const ENDS: &'static [&'static str];
    /// The rules.
    const TEXT: &'static str;
}

/// The importer of such a kind.
pub struct ByRules<R>(PhantomData<R>);

impl<R: Rules> Importer for ByRules<R> {
    const KIND: &'static str = R::KIND;
    // Other rules give another graph.
    const REVISION: u32 = revision(R::TEXT);
    const ABOUT: &'static str = R::ABOUT;
    const EXTENSIONS: &'static [&'static str] = R::ENDS;
    type Options = PresetOptions;

    fn files(options: &PresetOptions) -> Vec<String> {
        options.graph.0.clone()
    }

    fn import(
        options: &PresetOptions,
        files: &[Vec<InputFile>],
        diagnostics: &mut Diagnostics,
    ) -> Result<Data, Failed> {
        let rules = rules_of::<R>(options, diagnostics)?;
        import(&rules, &Request::of_preset(options), files, diagnostics).map(Data::from)
    }

    fn locate(options: &PresetOptions, files: &[Vec<InputFile>], wanted: &Wanted) -> Places {
        match rules_of::<R>(options, &mut Diagnostics::default()) {
            Ok(rules) => locate(&rules, &Request::of_preset(options), files, wanted),
            Err(Failed) => Places::nowhere(wanted),
        }
    }
}

/// Returns the rules of a kind.
fn rules_of<R: Rules>(
    options: &PresetOptions,
    diagnostics: &mut Diagnostics,
) -> Result<Preset, Failed> {
    let path = format!("{}.yaml", R::KIND);
    let file = InputFile { path: path.into(), bytes: R::TEXT.as_bytes().into() };
    let rules = rules::read(&file, diagnostics)?;
    Ok(Preset { syntax: options.syntax.or(rules.syntax), ..rules })
}

/// Makes a kind of each file of rules.
macro_rules! presets {
    ($($name:ident $kind:literal [$($end:literal),*] $about:literal;)*) => {$(
        #[doc = $about]
        pub struct $name;

        impl Rules for $name {
            const KIND: &'static str = $kind;
            const ABOUT: &'static str = $about;
            const ENDS: &'static [&'static str] = &[$($end),*];
            const TEXT: &'static str = include_str!(concat!("presets/", $kind, ".yaml"));
        }
    )*};
}

presets! {
    Backstage "backstage" ["catalog-info.yaml", "catalog-info.yml"] "Reads the entities of Backstage";
    CargoLock "cargo_lock" ["cargo.lock"] "Reads the packages of a Cargo.lock";
    CargoMetadata "cargo_metadata" ["cargo-metadata.json"] "Reads what `cargo metadata` prints";
    CycloneDx "cyclonedx" ["cdx.json", "bom.json", "cdx.xml", "bom.xml"] "Reads CycloneDX, JSON or XML";
    DebianPackages "debian_packages" [] "Reads a Packages file of Debian";
    DependencyCruiser "dependency_cruiser" ["dependency-cruiser.json"] "Reads the JSON of dependency-cruiser";
    DockerCompose "docker_compose" ["compose.yaml", "compose.yml"] "Reads a compose file";
    Jaeger "jaeger" [] "Reads the service graph of Jaeger";
    Kubernetes "kubernetes" [] "Reads manifests of Kubernetes";
    NpmLock "npm_lock" ["package-lock.json", "npm-shrinkwrap.json"] "Reads a lock file of npm";
    OpenApi "openapi" ["openapi.yaml", "openapi.yml", "openapi.json", "swagger.yaml", "swagger.json"] "Reads an OpenAPI document";
    OtelServiceGraph "otel_service_graph" [] "Reads the service graph of OpenTelemetry, from Prometheus";
    Spdx "spdx" ["spdx.json"] "Reads SPDX, JSON";
    Sql "sql" ["sql"] "Reads the tables and foreign keys that SQL makes";
    Stix "stix" ["stix.json"] "Reads a STIX bundle";
    Structurizr "structurizr" ["workspace.json"] "Reads a Structurizr workspace, JSON";
}

/// Tells texts apart, and what reads them from what read them before.
const fn revision(text: &str) -> u32 {
    const READER: u32 = 2;
    let (bytes, mut at, mut sum) = (text.as_bytes(), 0, 0x811c_9dc5 ^ READER);
    while at < bytes.len() {
        sum = (sum ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    sum
}
