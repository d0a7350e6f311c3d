//! Functions on paths that need no file system.

use super::Call;
use super::arguments::Outcome;

/// The last element; `.` for no path.
pub(super) fn basename(call: &Call<'_>) -> Outcome {
    let path = call.text(0)?;
    let trimmed = path.trim_end_matches('/');
    Ok(call.string(match (path.is_empty(), trimmed.is_empty()) {
        (true, _) => ".",
        (false, true) => "/",
        (false, false) => trimmed.rsplit('/').next().unwrap_or(trimmed),
    }))
}

/// All but the last element, without superfluous steps.
pub(super) fn dirname(call: &Call<'_>) -> Outcome {
    let path = call.text(0)?;
    let directory = path.rfind('/').map_or("", |slash| &path[..=slash]);
    Ok(call.string(clean(directory)))
}

/// The shortest path that is lexically the same.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => match kept.last() {
                Some(&last) if last != ".." => {
                    kept.pop();
                }
                _ if rooted => {}
                _ => kept.push(step),
            },
            _ => kept.push(step),
        }
    }
    let joined = kept.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// A path in the home directory depends on who runs Terraform.
pub(super) fn pathexpand(call: &Call<'_>) -> Outcome {
    let path = call.text(0)?;
    if path.starts_with('~') { Err(call.unsupported()) } else { Ok(call.arguments[0].clone()) }
}
