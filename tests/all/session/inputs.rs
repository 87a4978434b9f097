//! Archives, DICOMDIRs, mixtures, progress and cancelling: all that is there is found, once, and nothing else is touched.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use dicom_dictionary_std::tags;
use hotlight::app::{Index, read_headers};
use hotlight::dicom::{Writer, read_frame};
use hotlight::phantom::Phantom;
use hotlight::session::{Event, FileCounts};
use hotlight::study::{Finding, Image, Library};
use hotlight::testing::Scripted;
use hotlight::units::Phi;
use tempfile::TempDir;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::{data, hotlight, phantom, stderr};

const DEFLATED: CompressionMethod = CompressionMethod::Deflated;
const STORED: CompressionMethod = CompressionMethod::Stored;

/// The slices of the current study of the phantom.
fn slices() -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = fs::read_dir(phantom().join("current"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "dcm"))
        .collect();
    files.sort();
    files.iter().map(|path| fs::read(path).expect("a slice")).collect()
}

fn zip(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("a member");
        zip.write_all(bytes).expect("bytes");
    }
    zip.finish().expect("an archive").into_inner()
}

/// An archive of all slices, in folders of two.
fn zip_of_slices(method: CompressionMethod) -> Vec<u8> {
    let slices = slices();
    let names: Vec<String> = (0..slices.len()).map(|at| format!("study/{}/IM{at}", at / 2)).collect();
    let files: Vec<_> = names.iter().map(String::as_str).zip(slices.iter().map(Vec::as_slice)).collect();
    zip(&files, method)
}

/// Overwrites bytes in the central record of the member `at`, from 0. APPNOTE 4.3.12.
fn patch(zip: &mut [u8], at: usize, field: usize, bytes: &[u8]) {
    let end = zip.len() - 6;
    let directory = u32::from_le_bytes(zip[end..end + 4].try_into().expect("four bytes")) as usize;
    let records = zip.windows(4).enumerate().skip(directory).filter(|(_, mark)| mark == b"PK\x01\x02");
    let start = records.map(|(place, _)| place).nth(at).expect("a record") + field;
    zip[start..start + bytes.len()].copy_from_slice(bytes);
}

const FLAGS: usize = 8;
const METHOD: usize = 10;
const CHECKSUM: usize = 16;
const SIZE: usize = 24;
const OFFSET: usize = 42;

fn images(library: &Library) -> Vec<Image> {
    library.display_sets().flat_map(|(_, _, set)| set.images.iter().cloned()).collect()
}

/// What could not be read: the last part of its name, and why.
fn reasons(library: &Library) -> Vec<String> {
    let line = |file: &hotlight::study::Unreadable| {
        let name = file.source.name().reveal().clone();
        format!("{}: {}", name.rsplit(['/', ' ']).next().unwrap_or(&name), file.why)
    };
    library.unreadable().iter().map(line).collect()
}

/// Reads an archive under a name that does not say what it is.
fn read_zip(bytes: &[u8]) -> (TempDir, Library) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("study.bin");
    fs::write(&path, bytes).expect("an archive");
    let library = read_headers(&[path]);
    (folder, library)
}

/// Looks through inputs; gives what was found, the counts, and whether anything was left.
fn run(
    index: &mut Index,
    inputs: &[PathBuf],
    is_cancelled: impl Fn() -> bool + Sync,
) -> (Library, FileCounts, bool) {
    let (mut library, mut files) = (Library::default(), FileCounts::default());
    let is_cut_short = index.run(inputs, is_cancelled, |event| {
        match event {
            Event::Indexing(more) => files += more,
            Event::Indexed { studies, unreadable } => library.take(studies, unreadable),
            other => panic!("{other:?}"),
        }
        true
    });
    (library, files, is_cut_short)
}

#[test]
fn an_archive_shows_what_its_files_show() {
    let expected = images(&read_headers(&[phantom().join("current")]));
    assert_eq!(expected.len(), slices().len());
    for method in [STORED, DEFLATED] {
        let (_folder, library) = read_zip(&zip_of_slices(method));
        assert_eq!(reasons(&library), Vec::<String>::new());
        let found = images(&library);
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            assert!(found.instance.has_same_header(&expected.instance));
            let frame = |image: &Image| read_frame(&image.instance, image.frame).expect("pixels");
            assert_eq!(frame(found), frame(expected));
        }
    }
}

#[test]
fn names_in_an_archive_are_never_paths() {
    let slices = slices();
    let outside = TempDir::new().expect("a temporary folder");
    let absolute = outside.path().join("absolute").display().to_string();
    let files = [("../../up", slices[0].as_slice()), (absolute.as_str(), &slices[1]), ("..\\up", &slices[2])];
    let (folder, library) = read_zip(&zip(&files, DEFLATED));
    assert_eq!(images(&library).len(), 3);
    assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 1);
    assert_eq!(fs::read_dir(outside.path()).expect("the folder").count(), 0);
}

#[test]
fn what_an_archive_holds_and_cannot_be_opened_is_listed() {
    let slices = slices();
    let inner = zip(&[("IM0", &slices[0])], DEFLATED);
    let files = [
        ("good", slices[0].as_slice()),
        ("inner.zip", &inner),
        ("locked", &slices[1]),
        ("odd", &slices[2]),
        ("notes.txt", b"nothing"),
    ];
    let mut bytes = zip(&files, DEFLATED);
    patch(&mut bytes, 2, FLAGS, &[1]);
    patch(&mut bytes, 3, METHOD, &[14]);
    let (_folder, library) = read_zip(&bytes);
    assert_eq!(images(&library).len(), 1);
    let expected = [
        "inner.zip: cannot be opened: it is an archive within an archive",
        "locked: cannot be opened: it is encrypted",
        "notes.txt: not a DICOM file",
        "odd: cannot be opened: it is packed by Lzma, which is not read",
    ];
    assert_eq!(reasons(&library), expected);
}

/// A small archive must not be read as if it were many large ones.
#[test]
fn of_members_that_share_their_bytes_one_is_read() {
    let slices = slices();
    let files: Vec<_> = ["a", "b", "c"].into_iter().zip(&slices).map(|(n, b)| (n, b.as_slice())).collect();
    let mut bytes = zip(&files, DEFLATED);
    patch(&mut bytes, 1, OFFSET, &[0; 4]);
    patch(&mut bytes, 2, OFFSET, &[40, 0, 0, 0]);
    let (_folder, library) = read_zip(&bytes);
    assert_eq!(images(&library).len(), 1);
    let why = "cannot be opened: its bytes are those of another file in the archive";
    assert_eq!(reasons(&library), [format!("b: {why}"), format!("c: {why}")]);
}

#[test]
fn a_member_that_is_not_what_its_archive_says_shows_no_pixels() {
    let slices = slices();
    let true_size = u32::try_from(slices[0].len()).expect("a small slice");
    let read = |method, field, value: u32| {
        let mut bytes = zip(&[("IM0", &slices[0])], method);
        patch(&mut bytes, 0, field, &value.to_le_bytes());
        let (_folder, library) = read_zip(&bytes);
        match images(&library).first() {
            Some(image) => {
                read_frame(&image.instance, 0).map_or_else(|why| why.to_string(), |_frame| String::new())
            }
            None => reasons(&library).join("; "),
        }
    };
    for method in [STORED, DEFLATED] {
        assert_eq!(read(method, SIZE, true_size), "", "the truth");
        assert_eq!(read(method, CHECKSUM, 7), "damaged DICOM data: its checksum in the archive is another");
        let why = read(method, SIZE, 3_000_000_000);
        assert!(why.contains("3000000000 bytes cannot come of"), "{why}");
    }
    let why = read(DEFLATED, SIZE, true_size + 100);
    assert!(why.contains(&format!("its archive holds {true_size} of {} bytes", true_size + 100)), "{why}");
    let why = read(DEFLATED, SIZE, true_size - 100);
    assert!(why.contains("truncated") || why.contains("checksum"), "{why}");
}

#[test]
fn a_cut_archive_costs_no_more_than_itself() {
    let slice = slices().swap_remove(0);
    let whole = zip(&[("IM0", &slice), ("IM1", &slice)], DEFLATED);
    for part in 1..8 {
        let (_folder, library) = read_zip(&whole[..whole.len() * part / 8]);
        assert_eq!(images(&library).len(), 0);
        assert_eq!(reasons(&library).len(), 1, "{:?}", reasons(&library));
    }
}

/// A medium of 31 images, in a folder that may be changed.
fn medium() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    copy(&data().join("dicomdir"), folder.path());
    for variant in ["bigEnd", "empty.dcm", "implicit", "nooffset", "nopatient", "reordered"] {
        fs::remove_file(folder.path().join(format!("DICOMDIR-{variant}"))).expect("a variant");
    }
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&to).expect("a folder");
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).expect("a copy");
        }
    }
}

#[test]
fn a_dicomdir_leads_to_its_images_whatever_the_order_of_its_records() {
    for variant in ["", "-bigEnd", "-implicit", "-nopatient", "-reordered"] {
        let folder = medium();
        let path = folder.path().join("DICOMDIR");
        fs::copy(data().join(format!("dicomdir/DICOMDIR{variant}")), &path).expect("a variant");
        fs::remove_file(folder.path().join("77654033/CT2/17136")).expect("an image");
        let library = read_headers(&[path]);
        assert_eq!(images(&library).len(), 30, "{variant}");
        assert_eq!(
            reasons(&library),
            ["17136: cannot be opened: listed in the DICOMDIR, not there"],
            "{variant}"
        );
        let series = library.studies().iter().flat_map(|study| &study.series);
        let partial: Vec<_> = series.filter(|series| series.completeness.is_partial()).collect();
        // Records that do not hang together promise nothing.
        let expected = if variant == "-nopatient" { None } else { Some((3, Some(4))) };
        let found = partial.first().map(|series| (series.completeness.present, series.completeness.expected));
        assert_eq!(found, expected, "{variant}");
        assert!(partial.len() <= 1, "{variant}");
    }
}

#[test]
fn a_medium_is_read_once_with_what_its_dicomdir_does_not_list() {
    let folder = medium();
    fs::write(folder.path().join("unlisted"), &slices()[0]).expect("a slice");
    let inputs =
        [folder.path().to_path_buf(), folder.path().join("DICOMDIR"), folder.path().join("98892003")];
    let (library, files, is_cut_short) = run(&mut Index::default(), &inputs, || false);
    assert_eq!(images(&library).len(), 32);
    let expected = FileCounts { known: 33, read: 33, images: 32, ..FileCounts::default() };
    assert_eq!((files, is_cut_short), (expected, false));
}

#[test]
fn a_damaged_dicomdir_is_listed_and_its_folder_read() {
    let folder = medium();
    let path = folder.path().join("DICOMDIR");
    fs::copy(data().join("dicomdir/DICOMDIR-nooffset"), &path).expect("a variant");
    let library = read_headers(&[path]);
    assert_eq!(images(&library).len(), 31);
    let reasons = reasons(&library);
    assert!(reasons.len() == 1 && reasons[0].starts_with("DICOMDIR: damaged DICOM data"), "{reasons:?}");
}

/// ISO 9660 gives names a version; other systems show them in small letters.
#[test]
fn names_on_a_medium_may_be_written_otherwise() {
    let folder = medium();
    let rename =
        |from: &str, to: &str| fs::rename(folder.path().join(from), folder.path().join(to)).expect(from);
    rename("98892003/MR1/4919", "98892003/MR1/4919.;1");
    rename("98892003/MR1/5641", "98892003/MR1/5641;1");
    rename("98892003/MR1", "98892003/mr1");
    let library = read_headers(&[folder.path().join("DICOMDIR")]);
    assert_eq!((images(&library).len(), reasons(&library).len()), (31, 0), "{:?}", reasons(&library));
}

#[test]
fn a_dicomdir_leads_nowhere_else() {
    let outer = TempDir::new().expect("a temporary folder");
    fs::write(outer.path().join("6154"), &slices()[0]).expect("a slice");
    let listed = b"77654033\\CR1\\6154 ";
    let directory = fs::read(data().join("dicomdir/DICOMDIR")).expect("a DICOMDIR");
    let at = directory.windows(listed.len()).position(|bytes| bytes == listed).expect("the first image");
    for name in ["..\\6154", "../6154", "77654033\\..\\..\\6154", "/../6154", "\\..\\6154"] {
        let inner = outer.path().join("inner");
        fs::create_dir_all(inner.join("77654033")).expect("a folder");
        let mut hostile = directory.clone();
        let name: Vec<u8> = name.bytes().chain(std::iter::repeat(b' ')).take(listed.len()).collect();
        hostile[at..at + listed.len()].copy_from_slice(&name);
        fs::write(inner.join("DICOMDIR"), hostile).expect("a DICOMDIR");
        let library = read_headers(&[inner.join("DICOMDIR")]);
        assert_eq!((images(&library).len(), reasons(&library).len()), (0, 31), "{:?}", reasons(&library));
    }
}

#[cfg(unix)]
#[test]
fn a_dicomdir_follows_links_on_its_medium_and_none_that_lead_off_it() {
    use std::os::unix::fs::symlink;
    let elsewhere = TempDir::new().expect("a temporary folder");
    fs::write(elsewhere.path().join("image"), &slices()[0]).expect("a slice");
    let folder = medium();
    let listed = |name: &str| folder.path().join("98892003").join(name);
    fs::remove_file(listed("MR1/4919")).expect("an image");
    symlink(elsewhere.path().join("image"), listed("MR1/4919")).expect("a link");
    let (_, missing) = both(&read_headers(&[folder.path().join("DICOMDIR")]));
    assert_eq!(missing, ["4919: cannot be opened: listed in the DICOMDIR, not there"]);
    // A folder in place of a file.
    fs::remove_dir_all(listed("MR700")).expect("images");
    symlink(elsewhere.path(), listed("MR700")).expect("a link");
    fs::copy(elsewhere.path().join("image"), elsewhere.path().join("4618")).expect("a copy");
    let (_, missing) = both(&read_headers(&[folder.path().join("DICOMDIR")]));
    assert!(missing.iter().any(|reason| reason.starts_with("4618: cannot be opened: listed")), "{missing:?}");
    // What stays on the medium is read.
    let images = both(&read_headers(&[medium().path().join("DICOMDIR")])).0;
    let folder = medium();
    let listed = folder.path().join("98892003/MR1/4919");
    fs::rename(&listed, folder.path().join("moved")).expect("moved");
    symlink(folder.path().join("moved"), &listed).expect("a link");
    assert_eq!(both(&read_headers(&[folder.path().join("DICOMDIR")])), (images, Vec::new()));
}

/// How many images there are, and what could not be read.
fn both(library: &Library) -> (usize, Vec<String>) {
    (images(library).len(), reasons(library))
}

#[test]
fn a_medium_in_an_archive_tells_what_is_missing() {
    let folder = medium();
    fs::remove_file(folder.path().join("98892003/MR700/4618")).expect("an image");
    let mut files = Vec::new();
    for entry in walk(folder.path()) {
        let name = entry.strip_prefix(folder.path()).expect("a file within").display().to_string();
        files.push((format!("disc 1/{}", name.to_lowercase()), fs::read(&entry).expect("a file")));
    }
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let (_folder, library) = read_zip(&zip(&files, DEFLATED));
    assert_eq!(images(&library).len(), 30);
    assert_eq!(reasons(&library), ["4618: cannot be opened: listed in the DICOMDIR, not there"]);
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn inputs_are_mixed_freely_and_each_file_counts_once() {
    let folder = TempDir::new().expect("a temporary folder");
    let archive = folder.path().join("archive");
    fs::write(&archive, zip_of_slices(DEFLATED)).expect("an archive");
    let count = slices().len();
    let current = phantom().join("current");
    let inputs = [current.clone(), archive.clone(), current.join("../current/IM00001.dcm"), archive, current];
    let (library, files, _) = run(&mut Index::default(), &inputs, || false);
    assert_eq!(images(&library).len(), count, "a file and its copy in an archive are one image");
    assert_eq!(files.images, 2 * count);
    assert_eq!((files.known, files.read, files.failed), (2 * count + 1, 2 * count + 1, 0));
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_are_followed_once() {
    let folder = TempDir::new().expect("a temporary folder");
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("a folder");
    fs::write(inner.join("slice"), &slices()[0]).expect("a slice");
    std::os::unix::fs::symlink(folder.path(), inner.join("back")).expect("a link");
    std::os::unix::fs::symlink(inner.join("nowhere"), inner.join("gone")).expect("a link");
    let (_, files, _) = run(&mut Index::default(), &[folder.path().to_path_buf()], || false);
    assert_eq!(files, FileCounts { known: 1, read: 1, images: 1, failed: 1, ..FileCounts::default() });
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_that_was_opened_are_told_and_not_followed() {
    use std::os::unix::fs::symlink;
    let (folder, elsewhere) =
        (TempDir::new().expect("a temporary folder"), TempDir::new().expect("a temporary folder"));
    let (opened, outside) = (folder.path().join("opened"), elsewhere.path().join("another"));
    for place in [&opened, &outside] {
        fs::create_dir(place).expect("a folder");
    }
    fs::write(opened.join("own"), &slices()[0]).expect("a slice");
    fs::write(outside.join("other"), &slices()[1]).expect("a slice");
    symlink(outside.join("other"), opened.join("file")).expect("a link");
    symlink(&outside, opened.join("folder")).expect("a link");
    symlink("../..", opened.join("up")).expect("a link");
    symlink(opened.join("own"), opened.join("within")).expect("a link");
    let library = read_headers(std::slice::from_ref(&opened));
    let why = "cannot be opened: it is a link that leads out of the folder that was opened";
    assert_eq!(images(&library).len(), 1, "the link within is another name of the same");
    assert_eq!(reasons(&library), ["file", "folder", "up"].map(|name| format!("{name}: {why}")));
    // What is named itself is opened, be it a link or not.
    let library = read_headers(&[opened.join("file"), opened.join("folder")]);
    assert_eq!((images(&library).len(), reasons(&library).len()), (1, 0));
    let (files, unreadable) = hotlight::app::files_of(&[opened]);
    assert_eq!((files.len(), unreadable.len()), (2, 3), "so it is for the store");
}

#[test]
fn objects_without_an_image_are_counted_apart() {
    let folder = TempDir::new().expect("a temporary folder");
    fs::write(folder.path().join("slice"), &slices()[0]).expect("a slice");
    let report = Writer::new("1.2.840.10008.5.1.4.1.1.88.11", "2.25.77").text(tags::MODALITY, "SR");
    report.write_to(&folder.path().join("report")).expect("a report");
    let scripted = Scripted::open(folder.path());
    assert_eq!(reasons(&scripted.reading.library), ["report: holds no image (Basic Text SR Storage)"]);
    let messages: Vec<_> = scripted.reading.session.messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(messages, ["1 object without an image, such as reports; the messages list them."]);
    let output = hotlight(&["info", &folder.path().display().to_string()]);
    assert!(
        stderr(&output).starts_with("note: ") && stderr(&output).lines().count() == 1,
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_was_cancelled_is_never_taken_for_the_whole() {
    let folder = TempDir::new().expect("a temporary folder");
    let count = Phantom::chest_ct().small().with_slices(80).write_into(folder.path()).expect("a study").len();
    let inputs = [folder.path().to_path_buf()];
    let mut index = Index::default();
    let asked = AtomicUsize::new(0);
    let (library, files, is_cut_short) =
        run(&mut index, &inputs, || asked.fetch_add(1, Ordering::Relaxed) > 40);
    assert!(is_cut_short);
    assert!(files.read > 0 && files.read < count, "{files:?}");
    assert_eq!((files.images, files.known), (files.read, count));
    let is_told = |library: &Library| {
        library.display_sets().all(|(_, _, set)| set.findings.contains(&Finding::ReadingCancelled))
    };
    assert!(is_told(&library));
    let one = [folder.path().join("IM00001.dcm")];
    assert!(is_told(&run(&mut index, &one, || false).0), "all of a part is a part");
    let (library, files, is_cut_short) = run(&mut index, &inputs, || false);
    assert_eq!((files.images, is_cut_short, images(&library).len()), (count, false, count));
    assert!(!is_told(&library), "now all of it was read");
}

#[test]
fn cancelling_ends_what_was_asked_for_and_nothing_that_is_asked_later() {
    let mut scripted = Scripted::empty();
    let (go, gone) = std::sync::mpsc::sync_channel(0);
    scripted.reading.open_made(Box::new(move || {
        gone.recv().expect("the word to go on");
        vec![phantom().join("current")]
    }));
    scripted.reading.services().cancel_index();
    scripted.reading.event(&Event::FilesChosen(vec![Phi::new(phantom().join("prior"))]));
    go.send(()).expect("a listener");
    scripted.settle();
    assert_eq!(images(&scripted.reading.library).len(), 5, "the prior alone");
    let messages: Vec<_> = scripted.reading.session.messages.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(messages, ["Cancelled: 5 files were read; there may be more."]);
}
