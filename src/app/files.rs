//! Every file that inputs stand for, for what does not open them: members of archives and what a DICOMDIR lists are among them.

use std::path::PathBuf;

use super::archive::Archive;
use super::index::{folder_of, is_called_dicomdir, not_there};
use super::walk::{Candidate, Walk};
use crate::dicom::{Directory, Source};
use crate::study::Unreadable;

/// Files looked at together.
const TOGETHER: usize = 4096;

/// The files, DICOM or not, and what could not be looked into.
pub fn files_of(inputs: &[PathBuf]) -> (Vec<Source>, Vec<Unreadable>) {
    let (mut walk, mut files, mut unreadable) = (Walk::new(inputs), Vec::new(), Vec::new());
    loop {
        let found = walk.next(TOGETHER, &|| false, &mut unreadable);
        if found.is_empty() {
            return (files, unreadable);
        }
        for Candidate { source, path } in found {
            if source.member.is_none() && source.is_archive() {
                match Archive::read(&path) {
                    Ok(archive) => {
                        unreadable.extend(archive.refused);
                        walk.add_members(archive.members, &path);
                    }
                    Err(why) => unreadable.push(Unreadable { source, why }),
                }
            } else if is_called_dicomdir(&path) && source.member.is_none() {
                match Directory::read(&source) {
                    Ok(Some(directory)) => {
                        let (there, missing) = directory.find_in_folder(&folder_of(&path));
                        walk.add_files(there);
                        unreadable.extend(missing.into_iter().map(not_there));
                    }
                    Ok(None) => files.push(source),
                    Err(why) => unreadable.push(Unreadable { source, why }),
                }
            } else {
                files.push(source);
            }
        }
    }
}
