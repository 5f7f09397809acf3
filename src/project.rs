//! Where a project is: its folder, its plan and its root.

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use thiserror::Error;

use crate::disk::{Disk, Node};

/// The names that a plan is looked for under.
pub const PLAN_NAMES: [&str; 3] = ["layercake.yaml", "layercake.yml", "layercake.json"];

/// A plan and the folder it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The plan's folder, absolute; paths in the plan are relative to it.
    pub folder: PathBuf,
    /// The plan's file name.
    pub plan: String,
    /// Values for `vars:`, from `--set`.
    pub overrides: Vec<(String, String)>,
    /// The folders that programs of exports are looked for in, absolute.
    pub programs: Vec<String>,
    /// See [`Project::root`]; found when it is asked for, since that costs a search.
    root: OnceLock<PathBuf>,
}

/// Why there is no project.
#[derive(Debug, Error)]
pub enum ProjectError {
    /// No plan was found.
    #[error("there is no `layercake.yaml` in `{}` or in a folder above it", .0.display())]
    NoPlan(PathBuf),
    /// The plan that was named is not there.
    #[error("there is no plan `{}`", .0.display())]
    NoSuchPlan(PathBuf),
    /// What should be a folder is none.
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// The folder cannot be used.
    #[error("the folder `{}` cannot be used", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    /// The plan's name is no UTF-8.
    #[error("the plan's name `{}` is not UTF-8", .0.display())]
    Name(PathBuf),
}

impl Project {
    /// Finds the project of a folder: `plan` relative to it if given, or the nearest plan in it
    /// and the folders above.
    ///
    /// # Errors
    ///
    /// The reasons in [`ProjectError`].
    pub fn find(
        start: &Path,
        plan: Option<&Path>,
        overrides: Vec<(String, String)>,
        disk: &dyn Disk,
    ) -> Result<Project, ProjectError> {
        let start =
            disk.canonical(start).map_err(|error| ProjectError::Folder(start.to_owned(), error))?;
        if !matches!(disk.look(&start), Ok(Node::Folder)) {
            return Err(ProjectError::NotAFolder(start));
        }
        let is_file = |path: &Path| matches!(disk.look(path), Ok(Node::File(_)));
        let (folder, plan) = match plan {
            Some(plan) => {
                let path = start.join(plan);
                if !is_file(&path) {
                    return Err(ProjectError::NoSuchPlan(plan.to_owned()));
                }
                let name = path.file_name().and_then(|name| name.to_str());
                let name = name.ok_or_else(|| ProjectError::Name(plan.to_owned()))?.to_owned();
                let folder = path.parent().unwrap_or(&start);
                let folder = disk
                    .canonical(folder)
                    .map_err(|error| ProjectError::Folder(folder.to_owned(), error))?;
                (folder, name)
            }
            None => start
                .ancestors()
                .find_map(|folder| {
                    let name = PLAN_NAMES.iter().find(|name| is_file(&folder.join(name)))?;
                    Some((folder.to_owned(), (*name).to_owned()))
                })
                .ok_or(ProjectError::NoPlan(start))?,
        };
        Ok(Project { folder, plan, overrides, programs: Vec::new(), root: OnceLock::new() })
    }

    /// Returns the folder that nothing outside of is read or written: the enclosing git work
    /// tree, or the plan's folder.
    pub fn root(&self) -> &Path {
        self.root.get_or_init(|| work_tree(&self.folder).unwrap_or_else(|| self.folder.clone()))
    }

    /// Returns the names of the folders from the root down to the project's own.
    pub fn above(&self) -> Vec<String> {
        let rest = self.folder.strip_prefix(self.root()).unwrap_or(Path::new(""));
        // A name that is no UTF-8 is like no name in a plan.
        rest.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    }

    /// Returns the absolute path of one that is relative to the project.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.join(relative)
    }

    /// Returns a path relative to the project, in the plan's own spelling; `from` is the folder
    /// that `path` is relative to.
    pub fn relative(&self, from: &Path, path: &str) -> Option<String> {
        let mut parts: Vec<Component<'_>> = Vec::new();
        let joined = from.join(path);
        for part in joined.components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let absolute: PathBuf = parts.into_iter().collect();
        let below = self.folder.ancestors().zip(0..).find_map(|(folder, up)| {
            let rest = absolute.strip_prefix(folder).ok()?;
            let rest: Option<Vec<&str>> = rest.iter().map(|part| part.to_str()).collect();
            Some(format!("{}{}", "../".repeat(up), rest?.join("/")))
        });
        below.filter(|path| !path.is_empty())
    }
}

/// Returns the git work tree that a folder is in; the only place that names git.
#[cfg(feature = "git")]
fn work_tree(folder: &Path) -> Option<PathBuf> {
    let repository = git2::Repository::discover(folder).ok()?;
    let tree = repository.workdir()?.components().collect::<PathBuf>();
    folder.starts_with(&tree).then_some(tree)
}

#[cfg(not(feature = "git"))]
fn work_tree(_: &Path) -> Option<PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    #[test]
    fn a_plan_is_found_from_a_folder_below_it() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(folder.path().join("layercake.yaml"), "").unwrap();
        let project = Project::find(&deep, None, vec![], &RealDisk).unwrap();
        assert_eq!(project.folder, folder.path().canonicalize().unwrap());
        assert_eq!(project.relative(&deep, "../x.dot").as_deref(), Some("a/x.dot"));
        assert_eq!(project.relative(folder.path(), "../x").as_deref(), Some("../x"));
    }

    #[cfg(feature = "git")]
    #[test]
    fn the_root_is_the_work_tree() {
        let folder = tempfile::tempdir().unwrap();
        git2::Repository::init(folder.path()).unwrap();
        let docs = folder.path().join("docs");
        std::fs::create_dir_all(&docs).unwrap();
        std::fs::write(docs.join("layercake.yaml"), "").unwrap();
        let project = Project::find(&docs, None, vec![], &RealDisk).unwrap();
        assert_eq!(project.above(), ["docs"]);
    }
}
