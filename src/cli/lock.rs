//! `layercake lock`.

use layercake::dag::{Dag, StepId};
use layercake::diagnostic::{Diagnostic, Diagnostics, names, reason};
use layercake::error::Error;
use layercake::places::Places;
use layercake::plan::Work;
use layercake::project::Project;
use layercake::step::{InputFile, LOCK, NamedData};

use super::args::Lock;
use super::fresh::fresh;
use super::new_file::replace;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Lock) -> Result<Exit, Error> {
    let project = context.project()?;
    let Some(dag) = context.dag(&project) else { return Ok(Exit::Usage) };
    let Some(pictures) = chosen(context, &project, &dag, arguments) else { return Ok(Exit::Usage) };
    let mut exit = Exit::Success;
    for id in pictures {
        if let Err(failed) = lock(context, &project, &dag, id, arguments)? {
            exit = failed;
        }
    }
    Ok(exit)
}

/// The file that keeps the places of a picture, if it has one.
fn file_of(dag: &Dag, id: StepId) -> Option<&str> {
    let step = dag.step(id);
    let Work::Export { kind, options, each: None, .. } = &step.work else { return None };
    (kind.lock)(options)?;
    let mut files = step.files.iter().map(|file| file.pattern.as_str());
    files.find(|path| path.ends_with(LOCK))
}

/// Returns the pictures that the arguments name, or all that have such a file.
fn chosen(
    context: &Context,
    project: &Project,
    dag: &Dag,
    arguments: &Lock,
) -> Option<Vec<StepId>> {
    let all: Vec<StepId> = dag.ids().filter(|id| file_of(dag, *id).is_some()).collect();
    let none = |message: String, help: String| {
        context.report_one(&Diagnostic::error("no-lock", message).help(help));
        None
    };
    let how = format!("add `lock: docs/picture{LOCK}` to a picture in layers");
    if arguments.pictures.is_empty() {
        return match all.is_empty() {
            true => none("no picture keeps its places in a file".to_owned(), how),
            false => Some(all),
        };
    }
    let mut chosen = Vec::new();
    for name in context.targets(project, dag, &arguments.pictures)? {
        match dag.find(&name).filter(|id| all.contains(id)) {
            Some(id) => chosen.push(id),
            None => {
                let known: Vec<&str> = all.iter().map(|id| dag.step(*id).name.as_str()).collect();
                let known = match known.is_empty() {
                    true => how,
                    false => format!("there are {}", names(known.into_iter())),
                };
                return none(format!("`{name}` keeps its places in no file"), known);
            }
        }
    }
    Some(chosen)
}

/// Writes the file of one picture anew, and says what became of it.
fn lock(
    context: &Context,
    project: &Project,
    dag: &Dag,
    id: StepId,
    arguments: &Lock,
) -> Result<Result<(), Exit>, Error> {
    let step = dag.step(id);
    let (Work::Export { kind, options, .. }, Some(path)) = (&step.work, file_of(dag, id)) else {
        return Ok(Ok(()));
    };
    let mut from = Vec::new();
    for used in dag.uses(id) {
        let data = match fresh(context, project, dag, *used)? {
            Ok(data) => data,
            Err(exit) => return Ok(Err(exit)),
        };
        from.push(NamedData { name: dag.step(*used).name.as_str().into(), data });
    }
    let mut files = Vec::new();
    let mut before = None;
    // What the picture reads; a program that it goes through would follow.
    let own = (kind.files)(options).len();
    for file in dag.files(id).iter().take(own).flatten().map(|file| dag.file_path(*file)) {
        let bytes = match context.disk.read(&project.path(file)) {
            Ok(content) => content.bytes,
            Err(error) => {
                let message = format!("`{file}` cannot be read: {}", reason(&error));
                context.report_one(&Diagnostic::error("unreadable", message));
                return Ok(Err(Exit::Failed));
            }
        };
        let file = InputFile { path: file.into(), bytes: bytes.as_slice().into() };
        if file.path.as_ref() == path {
            before = Some(file.clone());
            if arguments.fresh {
                continue;
            }
        }
        files.push(file);
    }
    let mut after = Vec::new();
    let mut told = Diagnostics::default();
    let written = (kind.write_lock)(options, &from, &files, &mut after, &mut told);
    told.list.iter().for_each(|problem| context.report_one(problem));
    if written.is_err() {
        return Ok(Err(Exit::Failed));
    }
    let places = |file: &InputFile| {
        Places::read(Some(file), &mut Diagnostics::default()).unwrap_or_default()
    };
    let now = places(&InputFile { path: path.into(), bytes: after.as_slice().into() });
    let before = before.as_ref().map(places);
    let movement = before.as_ref().and_then(|before| before.movement(&now));
    // Rounding alone is no reason to change a file that people review.
    let has_same = before.as_ref().is_some_and(|before| before.has_same(&now));
    let is_same = has_same && movement.is_none_or(|(_, most)| most < 1.0);
    if !is_same && let Err(exit) = replace(context, &project.path(path), path, &after) {
        return Ok(Err(exit));
    }
    if !context.common.quiet && !context.common.json {
        let said = match (before, movement) {
            _ if is_same => "as before".to_owned(),
            (None, _) => "new".to_owned(),
            (_, None) => "none of them known before".to_owned(),
            (_, Some((mean, most))) => {
                format!("moved by {mean:.0} pixels on average, {most:.0} at most")
            }
        };
        context.terminal.line(&format!("{path}: {} places, {said}", now.len()));
    }
    Ok(Ok(()))
}
