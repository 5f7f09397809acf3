//! The kinds of import; a kind is a file or folder here and a line in [`KINDS`].

mod decode;
mod entities;
mod infer;
mod place;
mod report;
mod graph_file;
mod json_text;
mod json_rows;
mod lookup;
mod xml_text;

mod csv;
mod cytoscape;
mod dot;
mod gexf;
mod gml;
mod graphml;
mod json;
mod json_graph;
mod mapping;
mod mermaid;
mod node_link;
mod pajek;

use crate::registry::{ImporterKind, importer};
use graph_file::GraphImport;
use mapping::ByRules;

/// Every kind, by name.
pub(crate) const KINDS: &[ImporterKind] = &[
    importer::<ByRules<mapping::Backstage>>(),
    importer::<ByRules<mapping::CargoLock>>(),
    importer::<ByRules<mapping::CargoMetadata>>(),
    importer::<csv::Csv>(),
    importer::<ByRules<mapping::CycloneDx>>(),
    importer::<GraphImport<cytoscape::Cytoscape>>(),
    importer::<ByRules<mapping::DebianPackages>>(),
    importer::<ByRules<mapping::DependencyCruiser>>(),
    importer::<ByRules<mapping::DockerCompose>>(),
    importer::<GraphImport<dot::Dot>>(),
    importer::<GraphImport<gexf::Gexf>>(),
    importer::<GraphImport<gml::Gml>>(),
    importer::<GraphImport<graphml::Graphml>>(),
    importer::<ByRules<mapping::Jaeger>>(),
    importer::<GraphImport<json::Json>>(),
    importer::<GraphImport<json_graph::JsonGraph>>(),
    importer::<ByRules<mapping::Kubernetes>>(),
    importer::<mapping::Mapping>(),
    importer::<GraphImport<mermaid::Mermaid>>(),
    importer::<GraphImport<node_link::NodeLink>>(),
    importer::<ByRules<mapping::NpmLock>>(),
    importer::<ByRules<mapping::OpenApi>>(),
    importer::<ByRules<mapping::OtelServiceGraph>>(),
    importer::<GraphImport<pajek::Pajek>>(),
    importer::<ByRules<mapping::Spdx>>(),
    importer::<ByRules<mapping::Sql>>(),
    importer::<ByRules<mapping::Stix>>(),
    importer::<ByRules<mapping::Structurizr>>(),
];
