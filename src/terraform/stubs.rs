//! Modules that are known without a download: what they make of their arguments, written down by us as plain
//! Terraform in the folder `stubs/`, and evaluated like any module.
//!
//! A stub declares the inputs that decide about security groups, with the defaults of the real module, and the real
//! module's resources under their real addresses. Other inputs are not there, which nobody is told of.
//!
//! A folder is a module: `stubs/NAMESPACE/NAME/PROVIDER`, and `…/modules/x` below it. A file `…/modules/x.tf` is a
//! module too: it overrides variables of the folder `…/preset` beside `modules`, which is written once for all of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, File, include_dir};

use super::module::Module;
use crate::source::{SourceFile, SourceMap};

static STUBS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/stubs");

/// Stands before the path of a stub in place of a directory: no path on disk starts like this.
const PLACE: &str = "<sglint>";

/// The directory of the stub for a module `namespace/name/provider[/modules/x]`, if there is one.
pub(super) fn directory(module: &str) -> Option<PathBuf> {
    let directory = Path::new(PLACE).join(module);
    texts(&directory).is_some().then_some(directory)
}

/// Whether a directory is that of a stub.
pub(super) fn is_stub(directory: &Path) -> bool {
    directory.starts_with(PLACE)
}

/// The stub in a directory.
pub(super) fn read(sources: &SourceMap, directory: &Path) -> Option<Module> {
    let (files, overriding) = texts(directory)?;
    let add = |file: &File<'static>| -> Arc<SourceFile> {
        let name = Path::new(PLACE).join(file.path()).to_string_lossy().replace('\\', "/");
        sources.add(name, file.contents_utf8().unwrap_or_default())
    };
    let files: Vec<_> = files.into_iter().map(add).collect();
    let overriding: Vec<_> = overriding.into_iter().map(add).collect();
    Some(Module::of_texts(directory, &files, &overriding))
}

/// The files of a stub, and the file that overrides them.
fn texts(directory: &Path) -> Option<(Vec<&'static File<'static>>, Option<&'static File<'static>>)> {
    let inside = directory.strip_prefix(PLACE).ok()?;
    let files = |folder: &Path| -> Option<Vec<_>> {
        let files: Vec<_> = STUBS.get_dir(folder)?.files().collect();
        (!files.is_empty()).then_some(files)
    };
    if let Some(files) = files(inside) {
        return Some((files, None));
    }
    let overriding = STUBS.get_file(inside.with_extension("tf"))?;
    Some((files(&inside.parent()?.parent()?.join("preset"))?, Some(overriding)))
}
