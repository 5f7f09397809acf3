//! `layercake store`.

use layercake::diagnostic::bytes;
use layercake::disk::Now;
use layercake::error::Error;
use layercake::store::{Collected, FOLDER, Limits, Stats, Store};
use serde_json::json;

use super::args::{Gc, Store as Arguments, StoreCommand};
use super::progress::waiting_for;
use super::{Context, Exit};

pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let store = Store::new(&project.folder, &project.plan, context.disk.clone());
    if context.disk.look(&project.path(FOLDER)).is_err() {
        if !context.common.json {
            context.terminal.line("there is no store: nothing was built here yet");
        }
        return Ok(Exit::Success);
    }
    Ok(match &arguments.command {
        StoreCommand::Stats => stats(context, &store.stats()),
        StoreCommand::Verify => verify(context, &store)?,
        StoreCommand::Gc(arguments) => gc(context, &store, arguments)?,
    })
}

fn stats(context: &Context, stats: &Stats) -> Exit {
    if context.common.json {
        context.terminal.line(
            &json!({
                "results": stats.results,
                "results_in_use": stats.results_in_use,
                "log_bytes": stats.log,
                "pack_bytes": stats.pack,
                "blobs": stats.blobs,
                "blob_bytes": stats.blob_bytes,
                "image_bytes": stats.image,
                "builds": stats.builds,
                "history_bytes": stats.history,
                "replaced": stats.replaced,
                "replaced_bytes": stats.replaced_bytes,
            })
            .to_string(),
        );
        return Exit::Success;
    }
    let Stats { results, results_in_use, blobs, builds, replaced, .. } = stats;
    let in_history = match builds {
        1 => "1 build in the history".to_owned(),
        count => format!("{count} builds in the history"),
    };
    let rows = [
        (stats.log, format!("{results} results, {results_in_use} of them in use")),
        (stats.pack, "small results".to_owned()),
        (stats.blob_bytes, format!("{blobs} large results")),
        (stats.image, "what is known of the project's files and steps".to_owned()),
        (stats.history, in_history),
        (stats.replaced_bytes, format!("{replaced} files that outputs replaced (never removed)")),
    ];
    for (size, what) in &rows {
        context.terminal.line(&format!("{:>9}  {what}", bytes(*size)));
    }
    let total = rows.iter().map(|(size, _)| size).sum();
    context.terminal.line(&format!("{:>9}  in all", bytes(total)));
    Exit::Success
}

fn verify(context: &Context, store: &Store) -> Result<Exit, Error> {
    lock(context, store)?;
    let damage = store.verify();
    for damage in &damage {
        let file = format!("{FOLDER}/{}", damage.file);
        let line = match context.common.json {
            true => json!({ "file": file, "damage": damage.what }).to_string(),
            false => format!("damaged  {file}: {}", damage.what),
        };
        context.terminal.line(&line);
    }
    store.unlock().map_err(Error::Store)?;
    if damage.is_empty() {
        if !context.common.json && !context.common.quiet {
            context.terminal.line("everything in the store is whole");
        }
        return Ok(Exit::Success);
    }
    if !context.common.json {
        context.terminal.error_line(
            "nothing is lost but time: what is damaged is not used, and made again when needed;\n\
             `layercake store gc` clears it away",
        );
    }
    Ok(Exit::Failed)
}

fn gc(context: &Context, store: &Store, arguments: &Gc) -> Result<Exit, Error> {
    let now = lock(context, store)?;
    let limits =
        Limits { age: arguments.max_age, size: arguments.max_size, builds: arguments.max_builds };
    let collected = store.collect(limits, now.time, arguments.dry_run);
    store.unlock().map_err(Error::Store)?;
    let Collected { results, builds, bytes: gone, left } = collected.map_err(Error::Store)?;
    if context.common.json {
        let line =
            json!({ "results": results, "builds": builds, "bytes": gone, "left_bytes": left });
        context.terminal.line(&line.to_string());
    } else if !context.common.quiet {
        let would = if arguments.dry_run { "would remove" } else { "removed" };
        let noun = if results == 1 { "result" } else { "results" };
        let (gone, left) = (bytes(gone), bytes(left));
        let builds = match builds {
            0 => String::new(),
            1 => " and 1 build of the history".to_owned(),
            count => format!(" and {count} builds of the history"),
        };
        context
            .terminal
            .line(&format!("{would} {results} {noun}{builds}, {gone}; {left} are left"));
    }
    Ok(Exit::Success)
}

/// Locks the store, and says so if that takes waiting; returns the file system's time.
fn lock(context: &Context, store: &Store) -> Result<Now, Error> {
    let mut is_waiting = false;
    loop {
        if let Some((now, _)) = store.lock().map_err(Error::Store)? {
            return Ok(now);
        }
        if !std::mem::replace(&mut is_waiting, true) {
            context.terminal.error_line(&waiting_for(store.holder()));
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
